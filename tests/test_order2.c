/* Hand-written traces: what the replay of the scheduler makes of them, and what it refuses. */
#include <glib.h>
#include <string.h>

#include "tests/assemble.h"
#include "trace/parsed.h"
#include "trace/reader.h"

/* A generation of 1.22: one unit is one nanosecond. */
#define CLOCK(generation) "batch " generation " -1 1; frequency 1000000000;"

/* Thread 1 runs goroutine 1 on P 0. */
#define RUNNING "batch 1 1 10; ProcStatus 0 0 1; GoStatus 1 1 1 2;"

#define START "M=-1 P=-1 G=-1 Sync Time=1 N=1\n"
#define BEGUN                                                                                  \
    START "M=1 P=-1 G=-1 StateTransition Time=10 ProcID=0 Undetermined->Running Reason=\"\"\n" \
          "M=1 P=0 G=-1 StateTransition Time=11 GoID=1 Undetermined->Running Reason=\"\"\n"

struct row {
    const char *name;
    const char *trace;
    const char *events; /* all of them as text, without the last Sync when error is NULL */
    const char *error;  /* a part of the message; NULL: none */
};

static const struct row rows[] = {
    {"empty", "go 1.26", "", NULL},
    {"no frequency", "go 1.22; batch 1 1 10; ProcStatus 0 0 1", "M=-1 P=-1 G=-1 Sync Time=1 N=1\n",
     "generation 1, byte 25: the generation has no frequency"},
    {"status", "go 1.22;" CLOCK("1") RUNNING, BEGUN, NULL},
    {"switch",
     "go 1.23;" CLOCK("1") RUNNING "GoCreateBlocked 1 2 0 0; GoSwitch 1 2 1; GoSwitch 1 1 1",
     BEGUN "M=1 P=0 G=1 StateTransition Time=12 GoID=2 NotExist->Waiting Reason=\"\"\n"
           "TransitionStack=\n\n"
           "M=1 P=0 G=1 StateTransition Time=13 GoID=2 Waiting->Runnable Reason=\"\"\n"
           "M=1 P=0 G=1 StateTransition Time=14 GoID=1 Running->Waiting Reason=\"\"\n"
           "M=1 P=0 G=-1 StateTransition Time=15 GoID=2 Runnable->Running Reason=\"\"\n"
           "M=1 P=0 G=2 StateTransition Time=16 GoID=1 Waiting->Runnable Reason=\"\"\n"
           "M=1 P=0 G=2 StateTransition Time=17 GoID=2 Running->Waiting Reason=\"\"\n"
           "M=1 P=0 G=-1 StateTransition Time=18 GoID=1 Runnable->Running Reason=\"\"\n",
     NULL},
    {"steal",
     "go 1.22;" CLOCK("1") RUNNING
     "GoSyscallBegin 1 1 0; GoSyscallEndBlocked 1; batch 1 2 5; ProcSteal 1 0 2 1;"
     "ProcStart 1 0 3",
     BEGUN "M=1 P=0 G=1 StateTransition Time=12 GoID=1 Running->Syscall Reason=\"\"\n"
           "M=2 P=-1 G=-1 StateTransition Time=13 ProcID=0 Running->Idle Reason=\"\"\n"
           "M=2 P=-1 G=-1 StateTransition Time=14 ProcID=0 Idle->Running Reason=\"\"\n"
           "M=1 P=-1 G=1 StateTransition Time=15 GoID=1 Syscall->Runnable Reason=\"\"\n",
     NULL},
    {"callback ends",
     "go 1.22;" CLOCK(
         "1") "batch 1 1 10; ProcStatus 0 0 2; ProcStart 1 0 1; GoCreateSyscall 1 7;"
              "GoSyscallEndBlocked 1; GoStart 1 7 1; GoSyscallBegin 1 2 0; GoDestroySyscall 1",
     START "M=1 P=-1 G=-1 StateTransition Time=10 ProcID=0 Undetermined->Idle Reason=\"\"\n"
           "M=1 P=-1 G=-1 StateTransition Time=11 ProcID=0 Idle->Running Reason=\"\"\n"
           "M=1 P=0 G=-1 StateTransition Time=12 GoID=7 NotExist->Syscall Reason=\"\"\n"
           "M=1 P=0 G=7 StateTransition Time=13 GoID=7 Syscall->Runnable Reason=\"\"\n"
           "M=1 P=0 G=-1 StateTransition Time=14 GoID=7 Runnable->Running Reason=\"\"\n"
           "M=1 P=0 G=7 StateTransition Time=15 GoID=7 Running->Syscall Reason=\"\"\n"
           "M=1 P=0 G=7 StateTransition Time=16 ProcID=0 Running->Idle Reason=\"\"\n"
           "M=1 P=0 G=7 StateTransition Time=17 GoID=7 Syscall->NotExist Reason=\"\"\n",
     NULL},
    {"stop", "go 1.22;" CLOCK("1") RUNNING "GoBlock 1 0 0; ProcStop 1; ProcStart 1 0 1",
     BEGUN "M=1 P=0 G=1 StateTransition Time=12 GoID=1 Running->Waiting Reason=\"\"\n"
           "M=1 P=0 G=-1 StateTransition Time=13 ProcID=0 Running->Idle Reason=\"\"\n"
           "M=1 P=-1 G=-1 StateTransition Time=14 ProcID=0 Idle->Running Reason=\"\"\n",
     NULL},
    {"callback ends and its thread goes on",
     "go 1.22;" CLOCK("1") RUNNING "GoSyscallBegin 1 1 0; GoDestroySyscall 1;"
                                   "ProcSteal 1 0 2 1; GoCreateSyscall 1 8",
     BEGUN "M=1 P=0 G=1 StateTransition Time=12 GoID=1 Running->Syscall Reason=\"\"\n"
           "M=1 P=0 G=1 StateTransition Time=13 ProcID=0 Running->Idle Reason=\"\"\n"
           "M=1 P=0 G=1 StateTransition Time=14 GoID=1 Syscall->NotExist Reason=\"\"\n"
           "M=1 P=-1 G=-1 StateTransition Time=15 ProcID=0 Idle->Idle Reason=\"\"\n"
           "M=1 P=-1 G=-1 StateTransition Time=16 GoID=8 NotExist->Syscall Reason=\"\"\n",
     NULL},
    {"equal times",
     "go 1.22;" CLOCK("1") "batch 1 1 10; ProcStatus 0 0 2; ProcStatus 0 1 2;"
                           "batch 1 2 10; ProcStatus 0 2 2; ProcStatus 0 3 2;"
                           "batch 1 3 10; ProcStatus 0 4 2; ProcStatus 0 5 2",
     START "M=1 P=-1 G=-1 StateTransition Time=10 ProcID=0 Undetermined->Idle Reason=\"\"\n"
           "M=1 P=-1 G=-1 StateTransition Time=11 ProcID=1 Undetermined->Idle Reason=\"\"\n"
           "M=3 P=-1 G=-1 StateTransition Time=12 ProcID=4 Undetermined->Idle Reason=\"\"\n"
           "M=3 P=-1 G=-1 StateTransition Time=13 ProcID=5 Undetermined->Idle Reason=\"\"\n"
           "M=2 P=-1 G=-1 StateTransition Time=14 ProcID=2 Undetermined->Idle Reason=\"\"\n"
           "M=2 P=-1 G=-1 StateTransition Time=15 ProcID=3 Undetermined->Idle Reason=\"\"\n",
     NULL},
    {"generations",
     "go 1.22;" CLOCK("1") "batch 1 -1 2; strings; string 1 job;" RUNNING
                           "UserTaskBegin 1 5 0 1 0;" CLOCK(
                               "2") "batch 2 1 20; ProcStatus 0 0 1; GoStatus 1 1 1 2;"
                                    "UserTaskEnd 1 5 0",
     BEGUN "M=1 P=0 G=1 TaskBegin Time=12 ID=5 Parent=18446744073709551615 Type=\"job\"\n"
           "M=-1 P=-1 G=-1 Sync Time=13 N=2\n"
           "M=1 P=0 G=1 StateTransition Time=20 ProcID=0 Running->Running Reason=\"\"\n"
           "M=1 P=0 G=1 StateTransition Time=21 GoID=1 Running->Running Reason=\"\"\n"
           "M=1 P=0 G=1 TaskEnd Time=22 ID=5 Parent=18446744073709551615 Type=\"job\"\n",
     NULL},
    {"sample",
     "go 1.22;" CLOCK("1") "batch 1 -1 3; samples; sample 11 1 0 1 9;" RUNNING "ProcsChange 5 4 0",
     BEGUN "M=1 P=0 G=1 StackSample Time=12\nStack=\n\n"
           "M=1 P=0 G=1 Metric Time=16 Name=\"/sched/gomaxprocs:threads\" "
           "Value=Value{Uint64(4)}\n",
     NULL},
    {"experiment",
     "go 1.23;" CLOCK("1") "experimental 1 1 1 5; bytes 1 2 3;" RUNNING "SpanAlloc 1 7 8 9",
     BEGUN "M=1 P=0 G=1 Experimental Time=12 Name=SpanAlloc Args=[id=Value{Uint64(7)}, "
           "npages_value=Value{Uint64(8)}, kindclass=Value{Uint64(9)}]\n",
     NULL},
    {"unsorted clocks",
     "go 1.22;" CLOCK("1") RUNNING "GoCreate 90 2 0 0; GoStop 1 0 0; batch 1 2 3;"
                                   "ProcStatus 0 1 1; GoStart 0 2 1",
     START "M=2 P=-1 G=-1 StateTransition Time=3 ProcID=1 Undetermined->Running Reason=\"\"\n"
           "M=1 P=-1 G=-1 StateTransition Time=10 ProcID=0 Undetermined->Running Reason=\"\"\n"
           "M=1 P=0 G=-1 StateTransition Time=11 GoID=1 Undetermined->Running Reason=\"\"\n"
           "M=1 P=0 G=1 StateTransition Time=101 GoID=2 NotExist->Runnable Reason=\"\"\n"
           "TransitionStack=\n\n"
           "M=2 P=1 G=-1 StateTransition Time=102 GoID=2 Runnable->Running Reason=\"\"\n"
           "M=1 P=0 G=1 StateTransition Time=103 GoID=1 Running->Runnable Reason=\"\"\n",
     NULL},
    {"never started", "go 1.22;" CLOCK("1") RUNNING "batch 1 2 20; GoStart 0 9 1", BEGUN,
     "the first of them, 2, waits with GoStart for an event that never comes"},
    {"created twice", "go 1.22;" CLOCK("1") RUNNING "GoCreate 1 1 0 0", BEGUN,
     "generation 1, byte 50: GoCreate: goroutine 1 exists already"},
    {"no such stack", "go 1.22;" CLOCK("1") RUNNING "ProcsChange 1 4 3", BEGUN,
     "ProcsChange: it names stack 3, which does not exist"},
    {"no such string", "go 1.22;" CLOCK("1") RUNNING "GoLabel 1 3", BEGUN,
     "GoLabel: it names string 3, which does not exist"},
    {"clock without place",
     "go 1.25; batch 1 -1 1; sync; frequency 1000000000;"
     "ClockSnapshot 0 1 2 3; batch 1 1 10; ClockSnapshot 1 1 1 1",
     "M=-1 P=-1 G=-1 Sync Time=1 N=1 Trace=1 Mono=1 Wall=1970-01-01T00:00:02.000000003Z\n",
     "ClockSnapshot: it has no place"},
    {"misnested regions",
     "go 1.22;" CLOCK("1") "batch 1 -1 2; strings; string 1 a; string 2 b;" RUNNING
                           "UserRegionBegin 1 0 1 0; UserRegionEnd 1 0 2 0",
     BEGUN "M=1 P=0 G=1 RegionBegin Time=12 Task=0 Type=\"a\"\n", "not the innermost open region"},
    {"lying string", "go 1.22;" CLOCK("1") "batch 1 -1 2; strings; bytes 5 1 200 1 65",
     "M=-1 P=-1 G=-1 Sync Time=1 N=1\n", "a string is longer than its batch"},
    {"long string", "go 1.22;" CLOCK("1") "batch 1 -1 2; strings; bytes 5 1 129 8 65",
     "M=-1 P=-1 G=-1 Sync Time=1 N=1\n", "a string claims more than 1024 bytes"},
    {"deep stack", "go 1.22;" CLOCK("1") "batch 1 -1 2; stacks; stack 1 129",
     "M=-1 P=-1 G=-1 Sync Time=1 N=1\n", "a stack claims more than 128 frames"},
    {"string twice", "go 1.22;" CLOCK("1") "batch 1 -1 2; strings; string 1 a; string 1 a",
     "M=-1 P=-1 G=-1 Sync Time=1 N=1\n", "a string has an id that is taken"},
    {"frame of no function", "go 1.22;" CLOCK("1") "batch 1 -1 2; stacks; stack 1 1 64 7 0 1",
     "M=-1 P=-1 G=-1 Sync Time=1 N=1\n", "names string 7, which does not exist"},
    {"two frequencies", "go 1.22;" CLOCK("1") CLOCK("1"), "M=-1 P=-1 G=-1 Sync Time=1 N=1\n",
     "two frequencies"},
    {"generation zero", "go 1.26; batch 0 1 1", "M=-1 P=-1 G=-1 Sync Time=1 N=1\n",
     "generation 0, which is none"},
    {"generations mixed", "go 1.26; batch 1 1 1; batch 2 1 1", "M=-1 P=-1 G=-1 Sync Time=1 N=1\n",
     "a batch of another generation"},
    {"end missing", "go 1.26; batch 1 1 1", "M=-1 P=-1 G=-1 Sync Time=1 N=1\n",
     "the file ends before the generation does"},
    {"junk behind",
     "go 1.22;" CLOCK("1") "batch 1 1 10; ProcStatus 0 0 1; batch 1 1 11;"
                           "ProcStop 0; batch 2 1 30; ProcStart 0 0 1",
     START "M=1 P=-1 G=-1 StateTransition Time=10 ProcID=0 Undetermined->Running Reason=\"\"\n"
           "M=1 P=0 G=-1 StateTransition Time=11 ProcID=0 Running->Idle Reason=\"\"\n"
           "M=-1 P=-1 G=-1 Sync Time=12 N=2\n",
     "generation 2, byte 61: the generation has no frequency"},
    /* Hostile ones, on which Go was asked, too. */
    {"a gap in a sequence", "go 1.22;" CLOCK("1") RUNNING "GoStop 1 0 0; GoStart 1 1 2",
     BEGUN "M=1 P=0 G=1 StateTransition Time=12 GoID=1 Running->Runnable Reason=\"\"\n",
     "generation 1, byte 54: no thread can go on: the first of them, 1, waits with GoStart for an "
     "event that never comes"},
    {"a sequence filled by a thread whose clock is ahead",
     "go 1.22;" CLOCK("1") RUNNING "GoBlock 1 0 0; GoStart 1 1 2; batch 1 2 50; GoUnblock 1 1 1 0",
     BEGUN "M=1 P=0 G=1 StateTransition Time=12 GoID=1 Running->Waiting Reason=\"\"\n"
           "M=2 P=-1 G=-1 StateTransition Time=51 GoID=1 Waiting->Runnable Reason=\"\"\n"
           "M=1 P=0 G=-1 StateTransition Time=52 GoID=1 Runnable->Running Reason=\"\"\n",
     NULL},
    {"a clock that goes back",
     "go 1.22;" CLOCK("1") RUNNING "ProcStop 5; batch 1 1 4; ProcStart 1 0 1",
     BEGUN "M=1 P=0 G=1 StateTransition Time=16 ProcID=0 Running->Idle Reason=\"\"\n"
           "M=1 P=-1 G=1 StateTransition Time=17 ProcID=0 Idle->Running Reason=\"\"\n",
     NULL},
    {"a P stolen in the generation after the syscall",
     "go 1.22;" CLOCK("1") RUNNING "GoSyscallBegin 1 1 0;" CLOCK(
         "2") "batch 2 1 30; ProcStatus 0 0 3; GoStatus 1 1 1 3; GoSyscallEndBlocked 9; batch 2 2 "
              "33; ProcSteal 0 0 1 1; ProcStart 1 0 2",
     BEGUN "M=1 P=0 G=1 StateTransition Time=12 GoID=1 Running->Syscall Reason=\"\"\n"
           "M=-1 P=-1 G=-1 Sync Time=13 N=2\n"
           "M=1 P=0 G=1 StateTransition Time=30 ProcID=0 Running->Running Reason=\"\"\n"
           "M=1 P=0 G=1 StateTransition Time=31 GoID=1 Syscall->Syscall Reason=\"\"\n"
           "M=2 P=-1 G=-1 StateTransition Time=33 ProcID=0 Running->Idle Reason=\"\"\n"
           "M=2 P=-1 G=-1 StateTransition Time=34 ProcID=0 Idle->Running Reason=\"\"\n"
           "M=1 P=-1 G=1 StateTransition Time=40 GoID=1 Syscall->Runnable Reason=\"\"\n",
     NULL},
    {"its status told by the thief",
     "go 1.22;" CLOCK("1") RUNNING
     "GoSyscallBegin 1 1 0;" CLOCK("2") "batch 2 2 33; ProcStatus 0 0 4; ProcSteal 0 0 1 1; batch "
                                        "2 1 30; GoStatus 1 1 1 3; GoSyscallEndBlocked 9",
     BEGUN "M=1 P=0 G=1 StateTransition Time=12 GoID=1 Running->Syscall Reason=\"\"\n"
           "M=-1 P=-1 G=-1 Sync Time=13 N=2\n"
           "M=1 P=0 G=1 StateTransition Time=31 GoID=1 Syscall->Syscall Reason=\"\"\n"
           "M=1 P=0 G=1 StateTransition Time=33 ProcID=0 Running->Running Reason=\"\"\n"
           "M=2 P=-1 G=-1 StateTransition Time=34 ProcID=0 Running->Idle Reason=\"\"\n"
           "M=1 P=-1 G=1 StateTransition Time=40 GoID=1 Syscall->Runnable Reason=\"\"\n",
     NULL},
    {"a P stolen twice",
     "go 1.22;" CLOCK("1") RUNNING "GoSyscallBegin 1 1 0; GoSyscallEndBlocked 5; batch 1 2 12; "
                                   "ProcSteal 1 0 2 1; batch 1 3 12; ProcSteal 1 0 2 1",
     BEGUN "M=1 P=0 G=1 StateTransition Time=12 GoID=1 Running->Syscall Reason=\"\"\n"
           "M=2 P=-1 G=-1 StateTransition Time=13 ProcID=0 Running->Idle Reason=\"\"\n"
           "M=1 P=-1 G=1 StateTransition Time=17 GoID=1 Syscall->Runnable Reason=\"\"\n",
     "generation 1, byte 71: no thread can go on: the first of them, 3, waits with ProcSteal for "
     "an event that never comes"},
    {"a running P stolen", "go 1.22;" CLOCK("1") RUNNING "batch 1 2 12; ProcSteal 1 0 1 1", BEGUN,
     "generation 1, byte 55: no thread can go on: the first of them, 2, waits with ProcSteal for "
     "an event that never comes"},
    {"a P stolen from a thread that does not have it",
     "go 1.22;" CLOCK("1") RUNNING "GoSyscallBegin 1 1 0; batch 1 2 12; ProcSteal 1 0 2 7",
     BEGUN "M=1 P=0 G=1 StateTransition Time=12 GoID=1 Running->Syscall Reason=\"\"\n",
     "generation 1, byte 59: ProcSteal: thread 7 does not have P 0"},
    {"a sequence that begins again with its generation",
     "go 1.22;" CLOCK("1") RUNNING
     "GoStop 1 0 0;" CLOCK("2") "batch 2 1 30; ProcStatus 0 0 1; GoStatus 1 1 -1 1; GoStart 1 1 1",
     BEGUN "M=1 P=0 G=1 StateTransition Time=12 GoID=1 Running->Runnable Reason=\"\"\n"
           "M=-1 P=-1 G=-1 Sync Time=13 N=2\n"
           "M=1 P=0 G=-1 StateTransition Time=30 ProcID=0 Running->Running Reason=\"\"\n"
           "M=1 P=0 G=-1 StateTransition Time=31 GoID=1 Runnable->Runnable Reason=\"\"\n"
           "M=1 P=0 G=-1 StateTransition Time=32 GoID=1 Runnable->Running Reason=\"\"\n",
     NULL},
    {"a goroutine that appears in a later generation",
     "go 1.22;" CLOCK("1")
         RUNNING CLOCK("2") "batch 2 1 30; ProcStatus 0 0 1; GoStatus 1 1 1 2; GoStatus 1 9 -1 4",
     BEGUN "M=-1 P=-1 G=-1 Sync Time=12 N=2\n"
           "M=1 P=0 G=1 StateTransition Time=30 ProcID=0 Running->Running Reason=\"\"\n"
           "M=1 P=0 G=1 StateTransition Time=31 GoID=1 Running->Running Reason=\"\"\n",
     "generation 2, byte 84: GoStatus: goroutine 9 was never created"},
    {"a thread used by one callback after the other",
     "go 1.22;" CLOCK("1") "batch 1 5 10; GoCreateSyscall 0 7; GoDestroySyscall 1; GoCreateSyscall "
                           "1 8; GoDestroySyscall 1; GoCreateSyscall 1 7",
     START "M=5 P=-1 G=-1 StateTransition Time=10 GoID=7 NotExist->Syscall Reason=\"\"\n"
           "M=5 P=-1 G=7 StateTransition Time=11 GoID=7 Syscall->NotExist Reason=\"\"\n"
           "M=5 P=-1 G=-1 StateTransition Time=12 GoID=8 NotExist->Syscall Reason=\"\"\n"
           "M=5 P=-1 G=8 StateTransition Time=13 GoID=8 Syscall->NotExist Reason=\"\"\n"
           "M=5 P=-1 G=-1 StateTransition Time=14 GoID=7 NotExist->Syscall Reason=\"\"\n",
     NULL},
    {"a callback that ends with a P that is in no syscall",
     "go 1.22;" CLOCK("1") "batch 1 5 10; ProcStatus 0 0 2; ProcStart 1 0 1; GoCreateSyscall 1 7; "
                           "GoDestroySyscall 1",
     START "M=5 P=-1 G=-1 StateTransition Time=10 ProcID=0 Undetermined->Idle Reason=\"\"\n"
           "M=5 P=-1 G=-1 StateTransition Time=11 ProcID=0 Idle->Running Reason=\"\"\n"
           "M=5 P=0 G=-1 StateTransition Time=12 GoID=7 NotExist->Syscall Reason=\"\"\n",
     "generation 1, byte 52: GoDestroySyscall: P 0 is not in a syscall"},
    {"a batch of one byte", "go 1.22;" CLOCK("1") "batch 1 1 10; bytes 13", "",
     "generation 1, byte 41: record 13 of thread 1: a record is longer than its batch"},
    {"a record over the border of two batches",
     "go 1.22;" CLOCK(
         "1") "batch 1 1 10; bytes 13 0 0 1; batch 1 1 10; bytes 25; batch 1 1 10; bytes 0 1 1 2",
     START, "generation 1, byte 50: record 25 of thread 1: a record is longer than its batch"},
    {"an empty batch", "go 1.22;" CLOCK("1") "batch 1 1 10; " RUNNING, BEGUN, NULL},
    {"a stack of fewer frames than it says",
     "go 1.22;" CLOCK("1") "batch 1 -1 2; stacks; stack 1 100 1 0 0 1", START,
     "generation 1, byte 58: a stack is longer than its batch"},
    {"a stack without frames",
     "go 1.22;" CLOCK("1") "batch 1 -1 2; stacks; stack 1 0;" RUNNING "ProcsChange 1 4 1",
     BEGUN "M=1 P=0 G=1 Metric Time=12 Name=\"/sched/gomaxprocs:threads\" "
           "Value=Value{Uint64(4)}\n",
     NULL},
    {"a batch of more bytes than there are", "go 1.26; bytes 1 1 1 1 50 25 0 0 2", START,
     "byte 16: the file ends in the middle of a batch"},
    {"a batch that claims gigabytes", "go 1.26; bytes 1 1 1 1 128 128 128 128 16 25 0 0 2", START,
     "byte 16: a batch claims more than 65536 bytes"},
    {"ids at the edge",
     "go 1.22;" CLOCK("1") "batch 1 1 10; ProcStatus 0 -1 2; ProcStatus 0 9223372036854775807 2",
     START "M=1 P=-1 G=-1 StateTransition Time=10 ProcID=-1 Undetermined->Idle Reason=\"\"\n"
           "M=1 P=-1 G=-1 StateTransition Time=11 ProcID=9223372036854775807 Undetermined->Idle "
           "Reason=\"\"\n",
     NULL},
};

struct text {
    const struct symbols *symbols;
    GString *out;
    int64_t start_ns;
};

static void see(void *self, const struct event *event)
{
    struct text *text = self;
    if (event->kind == EVENT_SYNC)
        text->start_ns = event->sync.raw_ns - event->time_ns;
    parsed_append(text->out, text->symbols, event, text->start_ns);
}

/* Drops the last line, which must be a Sync. */
static void drop_sync(GString *out)
{
    g_assert_cmpuint(out->len, >, 1);
    gsize end = out->len - 1;
    while (end > 0 && out->str[end - 1] != '\n')
        end--;
    g_assert_nonnull(strstr(out->str + end, " Sync "));
    g_string_truncate(out, end);
}

static void test_row(const void *data)
{
    const struct row *row = data;
    g_autoptr(GBytes) trace = assemble(row->trace);
    struct symbols *symbols = symbols_new();
    struct text text = {symbols, g_string_new(NULL), 0};
    struct sink sink = {.event = see, .self = &text};
    struct reader *reader = reader_new(symbols, &sink, 1);
    g_autoptr(GError) error = NULL;
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(trace, &len);
    bool good = reader_read(reader, bytes, len, true, NULL, NULL, &error);
    g_assert_cmpint(good, ==, reader_info(reader)->complete);
    if (row->error == NULL) {
        g_assert_no_error(error);
        g_assert_cmpuint(reader_info(reader)->lost_bytes, ==, 0);
        drop_sync(text.out);
    } else {
        g_assert_nonnull(error);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, row->error));
        g_assert_cmpuint(reader_info(reader)->lost_bytes, >, 0);
    }
    g_assert_cmpstr(text.out->str, ==, row->events);
    reader_free(reader);
    symbols_free(symbols);
    g_string_free(text.out, TRUE);
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/order2/", rows[i].name, NULL);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    return g_test_run();
}
