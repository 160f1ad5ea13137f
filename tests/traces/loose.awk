# Brings two printings of the events of a trace of Go 1.5 to 1.21 to one form, where Go is free.
#
# Go's tool takes the Ps of such a trace, and the goroutines that were runnable when it began, from a
# map, which has another order in each run. So events that happened at the same tick come in any
# order, each a nanosecond after the one before. Here the events of such a run, of which each is one
# nanosecond later than the last, are sorted; their times stay as they are.
function flush(    i, j, text) {
    for (i = 2; i <= n; i++) {
        text = texts[i]
        for (j = i - 1; j > 0 && texts[j] > text; j--)
            texts[j + 1] = texts[j]
        texts[j + 1] = text
    }
    for (i = 1; i <= n; i++)
        print "Time=" first + i - 1 " " texts[i]
    n = 0
}
/^M=/ && match($0, / Time=-?[0-9]+/) {
    time = substr($0, RSTART + 6, RLENGTH - 6)
    if (n > 0 && time != first + n)
        flush()
    if (n == 0)
        first = time
    texts[++n] = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
    next
}
{ texts[n] = texts[n] "\n" $0 }
END { flush() }
