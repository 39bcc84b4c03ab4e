package command

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// Five seconds are promised for the process as a whole.
func TestServeEndsInTimeWhateverHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		hang := make(chan struct{})
		defer close(hang)
		begin := time.Now()
		err := endInTime(ctx, func() error { <-hang; return nil })
		if took := time.Since(begin); err == nil || took > time.Hour+5*time.Second {
			t.Errorf("ended after %s with %v", took, err)
		}
	})
}
