// Go's own reader reading all events of a trace and making nothing of them; prints how many.
//
// internal/trace may only be used from inside Go's own tree, so this stands in for the main file
// of cmd/trace, as in tests/traces/compare.
package main

import (
	"bufio"
	"fmt"
	"internal/trace"
	"io"
	"os"
)

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		fail(err)
	}
	reader, err := trace.NewReader(bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		fail(err)
	}
	for n := 0; ; n++ {
		if _, err := reader.ReadEvent(); err == io.EOF {
			fmt.Println(n)
			return
		} else if err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
