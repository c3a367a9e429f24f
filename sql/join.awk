# Joins the parts of the install script; see the Makefile.
function escaped(line,   out, c, i) {
    if (line !~ /[\\\200-\377]/) return line
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        out = out (c in escape ? escape[c] : c)
    }
    return out
}
BEGIN {
    for (i = 128; i < 256; i++) escape[sprintf("%c", i)] = sprintf("\\%o", i)
    escape["\\"] = "\\\\"
}
$1 == "--%" || $1 == "--%bytea" {
    file = here $2
    while ((more = (getline line < file)) > 0) print $1 == "--%" ? line : escaped(line)
    if (more < 0) { print "cannot read " file > "/dev/stderr"; exit 1 }
    close(file)
    next
}
{ print }
