// What Go's own packages make of traces, for the scripts beside this file.
//
//	peer < LIST          one line for each file named on standard input:
//	                     PATH events=N hash=H ok|refused: WHY
//	                     N counts the events before the end or the refusal; H is FNV-1a, 64 bits,
//	                     over their text
//	peer -goroutines FILE  the summary of every goroutine, a line each
//	peer -profile FILE     a pprof profile, a line for each stack
//	peer -upstream FOLDER  writes the traces of Go's own tests into the folder, as NAME.trace, and
//	                       prints NAME SUCCESS|FAILURE|? for each
//
// internal/trace may only be used from inside Go's own tree, so this stands in for the main file
// of cmd/trace: see the script build-peer beside it.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"hash/fnv"
	"internal/trace"
	"internal/trace/testtrace"
	"io"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

func main() {
	goroutines := flag.String("goroutines", "", "")
	profiles := flag.String("profile", "", "")
	upstream := flag.String("upstream", "", "")
	flag.Parse()
	log.SetFlags(0)
	switch {
	case *goroutines != "":
		printGoroutines(*goroutines)
	case *profiles != "":
		printProfile(*profiles)
	case *upstream != "":
		writeUpstream(*upstream)
	default:
		compareList()
	}
}

func compareList() {
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

// printGoroutines writes ID NAME creation start end total exec sched syscall syscall-block, then
// the times blocked by reason and those in ranges. Points in time are those of the trace.
func printGoroutines(path string) {
	file, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	reader, err := trace.NewReader(file)
	if err != nil {
		log.Fatal(err)
	}
	summarizer := trace.NewSummarizer()
	for {
		event, err := reader.ReadEvent()
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		summarizer.Event(&event)
	}
	var lines []string
	for id, g := range summarizer.Finalize().Goroutines {
		lines = append(lines, fmt.Sprintf("%d %q %d %d %d %d %d %d %d %d block%s range%s", id, g.Name,
			g.CreationTime, g.StartTime, g.EndTime, g.TotalTime, g.ExecTime, g.SchedWaitTime,
			g.SyscallTime, g.SyscallBlockTime, times(g.BlockTimeByReason), times(g.RangeTime)))
	}
	printSorted(lines)
}

func times(of map[string]time.Duration) string {
	var parts []string
	for name, duration := range of {
		if duration != 0 {
			parts = append(parts, fmt.Sprintf(" %q=%d", name, duration))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "")
}

func printSorted(lines []string) {
	slices.Sort(lines)
	for _, line := range lines {
		fmt.Println(line)
	}
}

// printProfile writes count, delay and frames of each stack, leaf first.
func printProfile(path string) {
	file, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	parsed, err := profile.Parse(file)
	if err != nil {
		log.Fatal(err)
	}
	var lines []string
	for _, sample := range parsed.Sample {
		var frames []string
		for _, location := range sample.Location {
			for _, line := range location.Line {
				if line.Function.Name == "" && line.Line == 0 {
					continue // how the tool writes that there is no stack
				}
				frames = append(frames, fmt.Sprintf("%s:%d", line.Function.Name, line.Line))
			}
		}
		lines = append(lines, fmt.Sprintf("%d %d %s", sample.Value[0], sample.Value[1],
			strings.Join(frames, ";")))
	}
	printSorted(lines)
}

func writeUpstream(folder string) {
	testdata := filepath.Join(runtime.GOROOT(), "src/internal/trace/testdata")
	texts, _ := filepath.Glob(filepath.Join(testdata, "tests", "*.test"))
	for _, path := range texts {
		binary, _, expectation, err := testtrace.ParseFile(path)
		if err != nil {
			log.Fatal(err)
		}
		verdict := "FAILURE"
		if expectation.Check(nil) == nil {
			verdict = "SUCCESS"
		}
		name := strings.TrimSuffix(filepath.Base(path), ".test")
		content, err := io.ReadAll(binary)
		if err != nil {
			log.Fatal(err)
		}
		write(folder, name, verdict, content)
	}
	seeds, _ := filepath.Glob(filepath.Join(testdata, "fuzz", "*", "*"))
	for _, path := range seeds {
		write(folder, "fuzz-"+filepath.Base(path), "?", seed(path))
	}
}

// seed reads a file of Go's fuzzing: a line that names the format, then a []byte as Go source.
func seed(path string) []byte {
	content, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	_, value, _ := bytes.Cut(content, []byte("[]byte("))
	end := bytes.LastIndexByte(value, ')')
	if end < 0 {
		log.Fatalf("%s: no []byte in it", path)
	}
	text, err := strconv.Unquote(string(value[:end]))
	if err != nil {
		log.Fatalf("%s: %v", path, err)
	}
	return []byte(text)
}

func write(folder, name, verdict string, content []byte) {
	if err := os.WriteFile(filepath.Join(folder, name+".trace"), content, 0o666); err != nil {
		log.Fatal(err)
	}
	fmt.Println(name, verdict)
}
