// What Go's own reader makes of traces, one line for each file named on standard input:
//
//	PATH events=N hash=H ok|refused: WHY
//
// N counts the events before the end or the refusal; H is FNV-1a, 64 bits, over their text.
//
// internal/trace may only be used from inside Go's own tree, so this stands in for the main file
// of cmd/trace: see the script `run` beside it.
package main

import (
	"bufio"
	"fmt"
	"hash/fnv"
	"internal/trace"
	"io"
	"os"
)

func main() {
	paths := bufio.NewScanner(os.Stdin)
	for paths.Scan() {
		events, hash, err := read(paths.Text())
		verdict := "ok"
		if err != nil {
			verdict = fmt.Sprintf("refused: %.100q", err.Error())
		}
		fmt.Printf("%s events=%d hash=%016x %s\n", paths.Text(), events, hash, verdict)
	}
}

func read(path string) (events int, hash uint64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	text := fnv.New64a()
	defer func() {
		hash = text.Sum64()
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	reader, err := trace.NewReader(file)
	if err != nil {
		return 0, 0, err
	}
	for {
		event, err := reader.ReadEvent()
		if err == io.EOF {
			return events, 0, nil
		}
		if err != nil {
			return events, 0, err
		}
		fmt.Fprintln(text, event.String())
		events++
	}
}
