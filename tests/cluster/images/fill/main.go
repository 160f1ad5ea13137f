// Fill writes files of bytes that look random, and are the same each time: a
// test can compare what came out of a container with what fill says outside,
// and compression on the way cannot hide a slow path.
//
//	fill BYTES FILE [BYTES FILE]...
//
// The bytes depend on nothing but their position in the file. FILE may be - for
// stdout.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strconv"
)

func main() {
	args := os.Args[1:]
	if len(args) == 0 || len(args)%2 != 0 {
		fmt.Fprintln(os.Stderr, "usage: fill BYTES FILE [BYTES FILE]...")
		os.Exit(2)
	}
	for ; len(args) > 0; args = args[2:] {
		if err := fill(args[0], args[1]); err != nil {
			fmt.Fprintln(os.Stderr, "fill:", err)
			os.Exit(1)
		}
	}
}

func fill(size, path string) error {
	n, err := strconv.ParseInt(size, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is no size", size)
	}
	f := os.Stdout
	if path != "-" {
		if f, err = os.Create(path); err != nil {
			return err
		}
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if err := noise(w, n); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// noise writes n bytes of SplitMix64, little endian, seeded with 0
// (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
func noise(w io.Writer, n int64) error {
	var state uint64
	var word [8]byte
	for ; n > 0; n -= 8 {
		state += 0x9e3779b97f4a7c15
		z := state
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		binary.LittleEndian.PutUint64(word[:], z^z>>31)
		part := word[:]
		if n < 8 {
			part = word[:n]
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}
