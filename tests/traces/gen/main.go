// Gen makes execution traces of known shape, by running a small program under
// Go's own tracer. Which wire format comes out is decided by the toolchain
// that compiles it: it builds with Go 1.19 and everything since.
//
//	gen [-o FILE] [-mb N] [-keep] [-serve ADDR [-serve-tls ADDR]] WORKLOAD
//
// FILE appears whole, by rename, or not at all. With -keep the program stays
// alive afterwards, which is what a pod's main process has to do; with -serve
// it also repeats its workload in the background and answers net/http/pprof,
// so that a fresh trace can be taken from it; -serve-tls answers the same over
// TLS. Since Go 1.25, /debug/flight gives the last seconds out of a flight
// recorder, and /debug/broken only a part of them before the connection breaks.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"path/filepath"
	"runtime/trace"
	"time"
)

// A workload is one kind of trace. Most are a plain function that is run while
// main traces it; a workload with record set does the tracing by itself.
type workload struct {
	name   string
	about  string
	run    func() error
	record func(w *sink) error
}

var workloads = []workload{
	{name: "doathing", about: "a function that traces itself into a file", record: doAThing},
	{name: "http", about: "client and server over loopback", run: runHTTP},
	{name: "annot", about: "tasks, regions and logs, with awkward strings", run: runAnnot},
	{name: "chans", about: "channels, select, Cond, WaitGroup, mutexes", run: runChans},
	{name: "sys", about: "file I/O, system calls, locked threads", run: runSys},
	{name: "gcheap", about: "garbage and a growing heap", run: runGCHeap},
	{name: "big", about: "everything at once until -mb is reached", record: recordBig},
}

// big's size, set once by the flags.
var wantedMB int

// A sink counts what the tracer writes and remembers the first error, because
// runtime/trace itself drops errors of its writer.
type sink struct {
	w     io.Writer
	count counter
	err   error
}

func (s *sink) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.w.Write(p)
	s.count.add(int64(n))
	if err != nil {
		s.err = err
	}
	return n, err
}

func main() {
	out := flag.String("o", "trace.out", "write the trace to `FILE`")
	keep := flag.Bool("keep", false, "stay alive afterwards")
	serve := flag.String("serve", "", "answer net/http/pprof at `ADDR` afterwards and repeat the workload (implies -keep)")
	serveTLS := flag.String("serve-tls", "", "answer the same over TLS at `ADDR`, with a self-signed certificate")
	flag.IntVar(&wantedMB, "mb", 100, "size of the trace of workload big, in `MB`")
	flag.Usage = usage
	flag.Parse()
	if flag.NArg() != 1 {
		usage()
		os.Exit(2)
	}
	w := find(flag.Arg(0))
	if w == nil {
		fmt.Fprintf(os.Stderr, "gen: no workload %q\n", flag.Arg(0))
		os.Exit(2)
	}
	size, err := w.writeFile(*out)
	if err != nil {
		fmt.Fprintf(os.Stderr, "gen: %s: %v\n", w.name, err)
		os.Exit(1)
	}
	fmt.Printf("gen: %s: %d bytes\n", *out, size)
	if *serve != "" {
		err := w.serve(*serve, *serveTLS)
		fmt.Fprintf(os.Stderr, "gen: %v\n", err)
		os.Exit(1)
	}
	if *keep {
		for {
			time.Sleep(time.Hour) // not select{}: the runtime calls that a deadlock
		}
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: gen [flags] WORKLOAD")
	flag.PrintDefaults()
	fmt.Fprintln(os.Stderr, "workloads:")
	for _, w := range workloads {
		fmt.Fprintf(os.Stderr, "  %-10s %s\n", w.name, w.about)
	}
}

func find(name string) *workload {
	for i := range workloads {
		if workloads[i].name == name {
			return &workloads[i]
		}
	}
	return nil
}

// writeFile makes the trace in a temporary file beside path and renames it.
func (w *workload) writeFile(path string) (size int64, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return 0, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".gen-*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	buf := bufio.NewWriterSize(f, 1<<20)
	s := &sink{w: buf}
	if err = w.trace(s); err != nil {
		return 0, err
	}
	if err = buf.Flush(); err != nil {
		return 0, err
	}
	if err = f.Chmod(0o644); err != nil {
		return 0, err
	}
	if err = f.Close(); err != nil {
		return 0, err
	}
	return s.count.get(), os.Rename(f.Name(), path)
}

// trace runs the workload while its trace goes to s.
func (w *workload) trace(s *sink) error {
	if w.record != nil {
		if err := w.record(s); err != nil {
			return err
		}
		return s.err
	}
	if err := trace.Start(s); err != nil {
		return err
	}
	err := w.run()
	trace.Stop()
	if err == nil {
		err = s.err
	}
	return err
}

// serve answers net/http/pprof and runs the workload once a second, so
// that a trace taken from outside has something to show. It never returns nil.
func (w *workload) serve(addr, addrTLS string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	if err := keepFlight(); err != nil {
		return err
	}
	if addrTLS != "" {
		l, err := listenTLS(addrTLS)
		if err != nil {
			return err
		}
		go http.Serve(l, nil)
	}
	if w.run != nil {
		go w.repeat(time.Second)
	}
	return http.Serve(l, nil)
}

func (w *workload) repeat(pause time.Duration) {
	for range time.Tick(pause) {
		if err := w.run(); err != nil {
			fmt.Fprintf(os.Stderr, "gen: %s: %v\n", w.name, err)
		}
	}
}
