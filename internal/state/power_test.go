package state

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// images are what a power loss during one commit may leave, if the disk keeps the
// promise of fdatasync and no other: of what was written since the last one each
// sector may be there or not. They are made of the file before the commit and
// after it, which tells what was written.
type images struct {
	before, after []byte
	luck          *rand.Rand
}

const (
	sector    = 512
	pageBytes = 4096
	// metaPages are the two pages at the front that say by turns which tree of
	// pages is the newest. One of them is written last, behind a sync of its own.
	metaPages = 2 * pageBytes
)

// unsynced is an image from before the first sync: some of the pages of the new
// tree, some of them torn, and the metas as they were. A file that had to grow may
// have its old length.
func (m images) unsynced() []byte {
	img := m.some(m.before, metaPages, len(m.after))
	if len(img) > len(m.before) && bytes.Equal(img[len(m.before):], make([]byte, len(img)-len(m.before))) && m.luck.IntN(2) == 0 {
		img = img[:len(m.before)]
	}
	return img
}

// torn is an image from between the syncs: the new tree is there, of its meta
// only some bytes from the front or the back.
func (m images) torn() []byte {
	img := slices.Concat(m.before[:metaPages], m.after[metaPages:])
	at := pageBytes * m.luck.IntN(2)
	cut := at + m.luck.IntN(128)
	if m.luck.IntN(2) == 0 {
		copy(img[at:cut], m.after[at:cut])
	} else {
		copy(img[cut:at+pageBytes], m.after[cut:at+pageBytes])
	}
	return img
}

// reordered is an image of a disk, or a program, that doesn't sync the tree
// before the meta: the new meta, and only some of the pages that it stands for.
func (m images) reordered() []byte {
	return slices.Concat(m.after[:metaPages], m.some(m.before, metaPages, len(m.after))[metaPages:])
}

// some is old with some of the sectors between two offsets as they are after. A
// page is there, is not, or is torn.
func (m images) some(old []byte, from, to int) []byte {
	img := make([]byte, len(m.after))
	copy(img, old)
	share := m.luck.Float64()
	for at := from; at < to; at += pageBytes {
		torn := m.luck.IntN(8) == 0
		whole := m.luck.Float64() < share
		for s := at; s < at+pageBytes; s += sector {
			if torn && m.luck.IntN(2) == 0 || !torn && whole {
				copy(img[s:s+sector], m.after[s:s+sector])
			}
		}
	}
	return img
}

// commits makes a few commits that touch many pages, and shows what each of them
// wrote, with the number of the page of the feed that it counted.
func commits(t *testing.T, look func(m images, identity []byte, page int)) {
	dir := fast(t)
	m := images{luck: rand.New(rand.NewPCG(5, 0))}
	s := open(t, dir, Options{Fail: func(point string) (err error) {
		switch point {
		case BeforeCommit:
			m.before, err = os.ReadFile(filepath.Join(dir, "state.db"))
		case AfterCommit:
			m.after, err = os.ReadFile(filepath.Join(dir, "state.db"))
		}
		return err
	}})
	identity := read(t, identityPath(dir))
	for page := 1; page <= 24; page++ {
		update(t, ledgerOf(t, s), func(tx testTx) { stagePage(tx, page) })
		if page > 1 {
			look(m, identity, page)
		}
	}
}

// stagePage stages a page of a feed, after which everything says its number.
func stagePage(tx testTx, page int) {
	for i := range 250 {
		tx.Add(fmt.Sprintf("calls%03d", i), 1, start())
	}
	tx.Observe("talk", []float64{1, 2}, 1.5, start())
	for i := range 20 {
		tx.Remember(fmt.Sprint(page, "/", i), start().Add(time.Duration(page)*time.Minute))
	}
	tx.Put("height", "agent", fmt.Append(nil, page))
	tx.SetCursor(fmt.Sprint(page))
}

// recoverFrom opens a directory with a file in it, and returns the number of the page
// that everything in it agrees on, or what is wrong.
func recoverFrom(t *testing.T, dir string, identity, image []byte) (page int, trouble string) {
	t.Helper()
	write(t, identityPath(dir), identity)
	write(t, filepath.Join(dir, "state.db"), image)
	s, err := Open(dir, quiet(Options{}))
	if err != nil {
		return 0, "refused: " + err.Error()
	}
	defer shut(t, s)
	if s.Origin() != Resumed {
		return 0, "not resumed: " + s.Origin().String()
	}
	l := ledgerOf(t, s)
	v := l.newest()
	if _, err := fmt.Sscan(v.cursor, &page); err != nil {
		return 0, "cursor " + v.cursor
	}
	for key, value := range v.named() {
		got := value.Value
		if value.Histogram != nil {
			got = float64(value.Histogram.Count)
		}
		if got != float64(page) {
			return page, fmt.Sprintf("%s is %v at cursor %d", key, got, page)
		}
	}
	height := string(l.records["height"][l.hasher.of("height", "agent")].value)
	if v.len != 251 || v.seen != 20*page || height != v.cursor {
		return page, fmt.Sprintf("%d series, %d keys and height %s at cursor %d", v.len, v.seen, height, page)
	}
	return page, ""
}

// imagesOfEach is how many images are tried of each commit and moment; the
// environment may say more.
func imagesOfEach(t *testing.T) int {
	t.Helper()
	text := os.Getenv("STATE_IMAGES")
	if text == "" {
		return 50
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Whenever the power fails, the next start finds the state before the commit or
// the one after it: cursor, counters, seen keys and records of one page.
func TestAPowerLossLeavesAWholeCommitOrNone(t *testing.T) {
	dir, each := fast(t), imagesOfEach(t)
	before, after := 0, 0
	commits(t, func(m images, identity []byte, page int) {
		for range each {
			got, trouble := recoverFrom(t, dir, identity, m.unsynced())
			if got != page-1 || trouble != "" {
				t.Fatalf("before the sync of page %d: found %d, %s", page, got, trouble)
			}
			got, trouble = recoverFrom(t, dir, identity, m.torn())
			if got != page-1 && got != page || trouble != "" {
				t.Fatalf("after the sync of page %d: found %d, %s", page, got, trouble)
			}
			if got == page {
				after++
			} else {
				before++
			}
		}
	})
	t.Logf("%d images with half a tree; of those with half a meta %d were as before and %d as after", before+after, before, after)
	if before == 0 || after == 0 {
		t.Error("the images are all alike")
	}
}

// The test above sees it if the order of writing were another.
func TestImagesOfAWrongOrderAreFoundOut(t *testing.T) {
	dir := fast(t)
	found := map[string]int{}
	commits(t, func(m images, identity []byte, page int) {
		for range 10 {
			switch got, trouble := recoverFrom(t, dir, identity, m.reordered()); {
			case strings.HasPrefix(trouble, "not resumed"):
				found["damaged"]++
			case trouble != "":
				found["mixed"]++
			case got != page:
				found["older"]++ // a page whose place was taken by nothing yet
			}
		}
	})
	t.Logf("found out: %v", found)
	if found["damaged"] == 0 || found["mixed"]+found["older"] == 0 {
		t.Errorf("found out: %v, want damaged ones and such that are mixed or older", found)
	}
}
