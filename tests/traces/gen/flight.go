//go:build go1.25

package main

import (
	"io"
	"net/http"
	"runtime/trace"
)

// keepFlight records the last seconds all the time and hands them out at
// /debug/flight, as applications with a flight recorder of their own do.
func keepFlight() error {
	recorder := trace.NewFlightRecorder(trace.FlightRecorderConfig{MaxBytes: 4 << 20})
	if err := recorder.Start(); err != nil {
		return err
	}
	http.HandleFunc("/debug/flight", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		if _, err := recorder.WriteTo(w); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	// The beginning of one, and then the connection breaks.
	http.HandleFunc("/debug/broken", func(w http.ResponseWriter, r *http.Request) {
		recorder.WriteTo(limited{w})
		panic(http.ErrAbortHandler)
	})
	return nil
}

// limited passes a first piece on and fails after it.
type limited struct{ w http.ResponseWriter }

func (l limited) Write(p []byte) (int, error) {
	if len(p) > 2000 {
		p = p[:2000]
	}
	l.w.Write(p)
	l.w.(http.Flusher).Flush()
	return 0, io.ErrShortWrite
}
