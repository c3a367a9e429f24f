// One DuckDB task of bench/duckdb: node duckdb.js load|query|export PATH <query.sql
const { execFileSync } = require('child_process');
const fs = require('fs');
const { DuckDBInstance } = require('@duckdb/node-api');

const [task, path] = process.argv.slice(2);
const stamp = `${path}.duckdb.stamp`;
const csv = `${path}.csv`;
const columns = "{customer_id: 'BIGINT', ordered_at: 'TIMESTAMPTZ', amount: 'DECIMAL(12,2)'}";
const read = `read_csv('${csv}', header = false, columns = ${columns})`;

function exportOrders() {
    const copy = `\\copy ${process.env.BENCH_SCHEMA}.orders (customer_id, ordered_at, amount) to '${csv}' (format csv)`;
    execFileSync('psql', ['-qX', '-v', 'ON_ERROR_STOP=1', '-c', copy]);
}

async function open(file) {
    const threads = process.env.DUCKDB_THREADS;
    const instance = await DuckDBInstance.create(file, threads ? { threads } : {});
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return connection;
}

const since = started => Number(process.hrtime.bigint() - started) / 1e6;

async function main() {
    if (task === 'load') {
        const sql = "SELECT obj_description(to_regnamespace('" + process.env.BENCH_SCHEMA + "'), 'pg_namespace')";
        const population = execFileSync('psql', ['-qAtX', '-c', sql], { encoding: 'utf8' });
        if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === population) return;
        fs.rmSync(`${path}.duckdb`, { force: true });
        exportOrders();
        const connection = await open(`${path}.duckdb`);
        await connection.run(`CREATE TABLE orders AS FROM ${read}`);
        connection.closeSync();
        fs.rmSync(csv);
        fs.writeFileSync(stamp, population);
        return;
    }
    const query = fs.readFileSync(0, 'utf8');
    if (task === 'query') {
        const connection = await open(`${path}.duckdb`);
        await connection.run('SELECT max(ordered_at), sum(amount), max(customer_id) FROM orders');   // warm
        const started = process.hrtime.bigint();
        await connection.run(`EXPLAIN ANALYZE ${query}`);
        console.log(`ms ${since(started)}`);
        return;
    }
    const started = process.hrtime.bigint();
    exportOrders();
    const connection = await open(':memory:');
    await connection.run(`CREATE VIEW orders AS FROM ${read}`);
    await connection.run(`EXPLAIN ANALYZE ${query}`);
    console.log(`ms ${since(started)}`);
    fs.rmSync(csv);
}

main().catch(error => { console.error(error.message); process.exit(1); });
