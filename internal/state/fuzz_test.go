package state

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"testing"
)

// A row of the file that can be decoded is the same after it is encoded and decoded
// again; another one is damage, not a panic.
func FuzzRow(f *testing.F) {
	h := newHistogram([]float64{1, 10})
	for _, v := range []float64{0, 0.5, 3, 300, 1e300} {
		h.observe(v)
	}
	full := block{
		0:             {metric: 1, since: 1, changed: 2, sum: sum{3.5, 1e-17}},
		7:             {metric: 2, labels: "\x1fa", since: 1, changed: 2, histogram: h},
		blockSize - 1: {metric: 2, labels: "\x1fno bounds", histogram: newHistogram(nil)},
	}
	f.Add((&View{metrics: []string{"counter", "histogram"}}).appendRow(nil, []*block{&full}))
	f.Add([]byte{0, 1, 'a', histogramEntry})
	f.Add([]byte{maxPack * blockSize, 0, counterEntry})
	f.Fuzz(func(t *testing.T, value []byte) {
		v, err := readRow(value)
		if err != nil {
			wantErr(t, err, errCorrupt)
			return
		}
		again, err := readRow(v.appendRow(nil, v.blocks))
		if err != nil {
			t.Fatal(err)
		}
		for i := range int32(len(v.blocks) * blockSize) {
			if was, is := v.bits(i), again.bits(i); !reflect.DeepEqual(was, is) {
				t.Errorf("%+v became %+v", was, is)
			}
		}
	})
}

func readRow(value []byte) (*View, error) {
	v, k := &View{}, &keys{}
	err := v.readRow(make([]byte, 4), value, k)
	v.metrics = k.metrics
	return v, err
}

// bits makes an entry comparable that holds something that is not a number.
func (v *View) bits(slot int32) []any {
	e := v.at(slot)
	if e.metric == 0 {
		return nil
	}
	out := []any{v.nameOf(e.id()), e.since, e.changed, math.Float64bits(e.sum.high), math.Float64bits(e.sum.low)}
	if h := e.histogram; h != nil {
		out = append(out, math.Float64bits(h.Sum), math.Float64bits(h.low), h.Counts, h.Count, h.Zero, h.Native)
		for _, b := range h.Bounds {
			out = append(out, math.Float64bits(b))
		}
	}
	return out
}

// Seen keys and records are read as they were written, or refused.
func FuzzRecords(f *testing.F) {
	c := &chunk{minute: 7, number: 9, keys: []Key{{1}, {2}}}
	f.Add(c.id(), bytes.Repeat([]byte{1}, 32))
	f.Add(record{"height", Key{3}}.id(), binary.LittleEndian.AppendUint32(nil, 11))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, []byte{})
	s, err := Open("", quiet(Options{MemoryOnly: true}))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, key, value []byte) {
		l := newLedger("acme/source", s, s.Key())
		if err := l.readChunk(key, value); err != nil {
			wantErr(t, err, errCorrupt)
		} else if c := l.seen.chunks[0]; !bytes.Equal(c.id(), key) || len(c.keys)*len(Key{}) != len(value) {
			t.Errorf("keys %x became %x with %d keys", key, c.id(), len(c.keys))
		}
		if err := l.readRecord(key, value); err != nil {
			wantErr(t, err, errCorrupt)
			return
		}
		for kind, items := range l.records {
			for k, it := range items {
				if got := binary.LittleEndian.AppendUint32(nil, it.minute); !bytes.Equal(append(got, it.value...), value) || !bytes.HasSuffix(key, k[:]) || !bytes.Contains(key, []byte(kind)) {
					t.Errorf("record %x became kind %q, key %x, %x", key, kind, k, it.value)
				}
			}
		}
	})
}

// Whatever a file looks like the store opens, and continues counting: damage costs
// one commit at most, which is staged again. What it resumes is one of the last
// two commits, whole.
func FuzzFile(f *testing.F) {
	dir := fast(f)
	s := open(f, dir, Options{})
	for i, cursor := range []string{"1", "2", "3"} {
		update(f, ledgerOf(f, s), func(tx testTx) {
			add(1, cursor)(tx)
			tx.Observe("talk", []float64{1}, 1, start())
			tx.Remember(cursor, start())
			tx.Put("height", "agent", []byte{byte(i)})
		})
	}
	shut(f, s)
	good := read(f, s.path())
	identity := read(f, identityPath(dir))
	f.Add(uint32(0), []byte{}, uint32(0))
	f.Add(uint32(16), bytes.Repeat([]byte{0xff}, 64), uint32(0))
	f.Add(uint32(8192+8), []byte{1, 0, 0xff, 0xff}, uint32(0))
	f.Add(uint32(12288), []byte{5}, uint32(4096))
	f.Add(uint32(20480), make([]byte, 4096), uint32(0))
	f.Fuzz(func(t *testing.T, at uint32, patch []byte, cut uint32) {
		image := bytes.Clone(good)
		copy(image[int(at)%len(image):], patch)
		image = image[:len(image)-int(cut)%(len(image)+1)]
		dir := fast(t)
		write(t, filepath.Join(dir, "state.db"), image)
		write(t, identityPath(dir), identity)
		s, err := Open(dir, quiet(Options{}))
		if errors.Is(err, ErrSchema) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		defer shut(t, s)
		l := ledgerOf(t, s)
		was, _ := l.newest().Value("calls")
		if cursor := l.newest().cursor; s.Origin() == Resumed && (was.Value != 2 || cursor != "2") && (was.Value != 3 || cursor != "3") {
			t.Errorf("resumed with %v calls at %q", was.Value, cursor)
		}
		if err := stage(l, add(1, "next")); err != nil {
			wantErr(t, err, errCorrupt) // seen late: the file is then rewritten from memory
			update(t, l, add(1, "next"))
		}
		wantCalls(t, l, was.Value+1, "next")
	})
}
