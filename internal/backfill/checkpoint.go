package backfill

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/state"
)

// checkpoint is where a back-fill that ended early goes on. It holds no name and no id
// of an agent but in the names of series, as the samples do. In the file the counters
// follow one by one, so that they are never in memory as a whole text.
type checkpoint struct {
	// Of are the parameters; a back-fill with others doesn't go on here.
	Of string
	// From, To and Seam are those of the Job that began.
	From, To time.Time
	Seam     bool
	Counters kept
	Past     []byte
	Recorded recorded
	Report   Report
}

// kept are the counters as a state.Copy: they are read once, and what is counted then
// stays in memory.
type kept struct {
	Header []byte
	Count  int          // of Items
	Items  []state.Item `json:"-"`
}

// Load implements state.Copy.
func (k *kept) Load(each func(state.Item) error) ([]byte, error) {
	for _, it := range k.Items {
		if err := each(it); err != nil {
			return nil, err
		}
	}
	items := k.Items
	k.Items = nil // the memory has them
	if len(items) == 0 {
		return nil, nil
	}
	return k.Header, nil
}

// Commit implements state.Copy.
func (k *kept) Commit(uint64, []byte, []state.Item, bool) error { return nil }

// snapshot is a state.Copy that takes everything at once.
type snapshot struct{ kept }

// Commit implements state.Copy.
func (s *snapshot) Commit(_ uint64, header []byte, items []state.Item, _ bool) error {
	s.Header, s.Count, s.Items = header, len(items), items
	return nil
}

// write replaces the checkpoint at path.
func (c *checkpoint) write(path string) error {
	err := replaceFile(path, func(f *os.File) error {
		w := bufio.NewWriterSize(f, 1<<16)
		e := json.NewEncoder(w)
		err := e.Encode(c)
		for i := 0; i < len(c.Counters.Items) && err == nil; i++ {
			err = e.Encode(&c.Counters.Items[i])
		}
		return errors.Join(err, w.Flush())
	})
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// Resumable reports whether there is a checkpoint that Resume goes on from.
func (j *Job) Resumable() bool {
	_, err := readCheckpoint(j.Checkpoint, j.Parameters)
	return err == nil
}

// readCheckpoint reads the checkpoint of a back-fill with these parameters.
func readCheckpoint(path, of string) (*checkpoint, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no checkpoint at %s: the back-fill has ended or has not begun, and there is nothing to resume", path)
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	defer f.Close()
	var c checkpoint
	d := json.NewDecoder(bufio.NewReaderSize(f, 1<<16))
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("checkpoint %s: %w", path, err)
	}
	if c.Of != of {
		return nil, fmt.Errorf("the checkpoint at %s is that of another back-fill (%s), not of %s", path, c.Of, of)
	}
	for range c.Counters.Count {
		var it state.Item
		if err := d.Decode(&it); err != nil {
			return nil, fmt.Errorf("checkpoint %s: %w", path, err)
		}
		c.Counters.Items = append(c.Counters.Items, it)
	}
	return &c, nil
}

// replaceFile writes a file beside its place, makes it durable and moves it there.
func replaceFile(path string, write func(*os.File) error) error {
	// The name is the same each time, so that what a killed process leaves is overwritten.
	f, err := os.OpenFile(filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".tmp"), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // nothing is there after Rename
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
