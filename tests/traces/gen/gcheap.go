package main

import (
	"runtime"
	"runtime/debug"
)

// A node of a linked heap; its pointers give the collector something to mark.
type node struct {
	next *node
	pad  [120]byte
}

// runGCHeap grows a live heap to some 60 MB while it makes garbage all the
// time, then lets the heap go.
func runGCHeap() error {
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	var live *node
	var garbage [][]byte
	for i := 0; i < 400_000; i++ {
		live = &node{next: live}
		if i%4 == 0 {
			garbage = append(garbage, make([]byte, 512))
		}
		if len(garbage) == 10_000 {
			garbage = nil
		}
	}
	runtime.KeepAlive(live)
	live = nil
	runtime.GC()
	runtime.GC()
	return nil
}
