package crash

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// promptness is how soon a second process gives up, and how soon one takes over
// from a process that was killed. A machine that does much else may need longer:
// only with CRASH_KILLS is that an error.
const promptness = 2 * time.Second

// TestSecondProcess starts a program on the state of another, which must not harm
// the other, and must not wait for long; and again after the other was killed.
func TestSecondProcess(t *testing.T) {
	x := counting(t, "poll")
	begin := time.Now()
	out, err := x.command(programWithFailpoints(t), Plan{}).CombinedOutput()
	prompt(t, "to give up", begin)
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() <= 0 {
		t.Errorf("the second process ended with %v", err)
	}
	for _, want := range []string{filepath.Join(x.dir, "state.lock"), "state directory is in use", fmt.Sprint("by process ", x.process.Process.Pid)} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the second process doesn't say %q:\n%s", want, out)
		}
	}
	x.burst(t, 100)
	x.counts(t)
	x.kill(t)
	begin = time.Now()
	x.start(t, programWithFailpoints(t), Plan{})
	x.looks(t, 1)
	prompt(t, "to take over", begin)
	x.burst(t, 100)
	x.counts(t)
}

func prompt(t *testing.T, what string, begin time.Time) {
	t.Helper()
	took := time.Since(begin)
	if t.Logf("it took %s %s", took, what); took > promptness && number(t, "CRASH_KILLS", 0) > 0 || took > 5*promptness {
		t.Errorf("that is longer than %s", promptness)
	}
}
