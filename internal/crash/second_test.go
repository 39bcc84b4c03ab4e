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

// TestSecondProcess starts a program on the state of another, which must not harm
// the other.
func TestSecondProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a program")
	}
	t.Parallel()
	v := newVendor(t)
	x := newExporter(t, v, "poll")
	x.start(t, program(t), Plan{})
	x.looks(t, 1)
	second := x.command(program(t), Plan{})
	begin := time.Now()
	out, err := second.CombinedOutput()
	took := time.Since(begin)
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() <= 0 {
		t.Errorf("the second process ended with %v", err)
	}
	if took > 5*time.Second {
		t.Errorf("the second process took %s to give up", took)
	}
	for _, want := range []string{filepath.Join(x.dir, "state.lock"), "state directory is in use", fmt.Sprint("by process ", x.process.Process.Pid)} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the second process doesn't say %q:\n%s", want, out)
		}
	}
	t.Logf("gave up after %s: %s", took, out)
	x.looks(t, 5)
	x.kill(t)
	x.start(t, program(t), Plan{})
	x.looks(t, 1)
	x.kill(t)
	for _, problem := range x.seen.problems() {
		t.Error(problem)
	}
}
