package main

import (
	"context"
	"runtime/trace"
	"strings"
	"sync"
	"time"
)

// Strings that a program may write into its trace and that a viewer must not
// hand to a terminal, a web page or a spreadsheet as they are.
var awkward = []string{
	"",
	"plain",
	"two words",
	"line one\nline two\r\nline three",
	"tab\there",
	"\x1b[31mred\x1b[0m \x1b]0;new title\x07 \x1b[2J",
	"\u009b31mC1 control",
	"bell\a back\b nul\x00 del\x7f",
	"<script>alert(1)</script> <b>&amp;</b>",
	`quote " back\slash 'single' ` + "`tick`",
	"=1+1, \"csv\";|@SUM(A1)",
	"digraph{\"a\"->\"b\"}",
	"invalid \xff\xfe\xc3( \xed\xa0\x80 utf-8",
	"na\u00efve \u65e5\u672c\u8a9e \U0001f642 e\u0301",
	"right\u202eto left\u202c \u200b zero width \ufeff",
	strings.Repeat("long ", 400),
}

// runAnnot makes tasks with children, nested regions and logs, on goroutines
// that inherit tasks, and some that end after their task or not at all.
func runAnnot() error {
	for round := 0; round < 3; round++ {
		var wg sync.WaitGroup
		for _, text := range awkward {
			wg.Add(1)
			go func(text string) {
				defer wg.Done()
				annotate(text)
			}(text)
		}
		wg.Wait()
	}
	// A task that never ends, and a region outside all tasks.
	trace.NewTask(context.Background(), "unfinished")
	trace.WithRegion(context.Background(), "no task", func() { burn(1000) })
	return nil
}

func annotate(text string) {
	ctx, task := trace.NewTask(context.Background(), text)
	defer task.End()
	trace.Log(ctx, text, text)
	trace.Logf(ctx, "formatted", "%q is %d bytes", text, len(text))
	trace.WithRegion(ctx, text, func() {
		burn(10_000)
		trace.WithRegion(ctx, "inner", func() { time.Sleep(200 * time.Microsecond) })
	})

	done := make(chan bool)
	go func() {
		child, task := trace.NewTask(ctx, "child of "+text)
		defer close(done)
		defer task.End()
		defer trace.StartRegion(child, "on another goroutine").End()
		burn(20_000)
	}()
	<-done
}
