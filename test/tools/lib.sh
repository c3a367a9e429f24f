# Sourced by the test runners: where we are, the private server, the closing line.
# shellcheck shell=bash disable=SC2034  # the variables are for the sourcing script
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
export LC_ALL=C.UTF-8 PG_CONFIG=${PG_CONFIG:-pg_config}
work=$root/.build/test
pgxs=$("$PG_CONFIG" --pgxs)
pgxs_src=${pgxs%/makefiles/pgxs.mk}
bindir=$("$PG_CONFIG" --bindir)
major=$("$PG_CONFIG" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
# data that may not be committed lies beside the checkout
if [ -z "${CSEG_DATA:-}" ] && [ -d ../shared/data ]; then CSEG_DATA=$(cd ../shared/data && pwd); export CSEG_DATA; fi

# server: start the private server unless the caller already runs one, and export how to reach it
server() {
    if [ -z "${CSEG_TEST_SERVER:-}" ]; then
        export CSEG_TEST_SERVER=$work/server
        trap 'test/tools/cluster remove "$CSEG_TEST_SERVER"' EXIT
        test/tools/cluster remove "$CSEG_TEST_SERVER"
        test/tools/cluster start "$CSEG_TEST_SERVER" shared_buffers=128MB max_prepared_transactions=5
    fi
    local settings
    settings=$(test/tools/cluster env "$CSEG_TEST_SERVER")
    eval "$settings"
}

# closing PASSED FAILED: every suite ends with this line; nothing run is a failure too
closing() {
    local passed=$1 failed=$2
    if [ $((passed + failed)) = 0 ]; then echo "no test was run"; failed=1; fi
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}

# run_cases HOW... -- TOPIC...: run cases, two at a time, and note what became of them; see test/tools/regress-case
cases_asked=0
run_cases() {
    local hows=() how topic
    while [ "$1" != -- ]; do hows+=("$1"); shift; done
    shift
    if [ "$cases_asked" = 0 ]; then mkdir -p "$work"; : >"$work/regress-cases.log"; fi
    cases_asked=$((cases_asked + ${#hows[@]} * $#))
    for how in "${hows[@]}"; do
        for topic; do printf '%s %s\n' "$how" "$topic"; done
    done | xargs -P 2 -L 1 sh -c 'test/tools/regress-case "$@" || true' sh | tee -a "$work/regress-cases.log"
}

# close_cases: the closing line over all that run_cases was asked for
close_cases() {
    local passed
    passed=$(grep -cE ', [a-z_]+: ok$|written: read it' "$work/regress-cases.log" || true)
    if [ "$passed" != "$cases_asked" ]; then echo "If a difference is meant: make accept TEST=<topic>, and read what it writes."; fi
    closing "$passed" $((cases_asked - passed))
}

# all_topics: the names of all regression cases
all_topics() { find test/sql -name '*.sql' -printf '%f\n' | sed 's/\.sql$//' | LC_ALL=C sort; }
