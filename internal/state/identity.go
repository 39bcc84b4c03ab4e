package state

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// identity is stored in a file of its own, so that a lost state file is not taken
// for a first start, and Store.Key and the number of the epoch outlast it.
type identity struct {
	Instance   [16]byte
	Epoch      uint64
	EpochStart int64
	Secret     [32]byte
	// Seq is the number of a commit that was on disk before. A state file with a
	// lower number was restored from a copy.
	Seq uint64
}

func (h header) identity() identity {
	return identity{h.Instance, h.Epoch, h.EpochStart, h.Secret, h.Seq}
}

func identityPath(dir string) string { return filepath.Join(dir, "state.id") }

// readIdentity returns the identity of dir; ok is false if there is none or its
// text is malformed.
func readIdentity(dir string) (id identity, ok bool, err error) {
	f, err := os.Open(identityPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return id, false, nil
	}
	if err != nil {
		return id, false, err
	}
	text, err := io.ReadAll(io.LimitReader(f, 1<<10))
	if err = errors.Join(err, f.Close()); err != nil {
		return id, false, err
	}
	var instance, secret string
	n, _ := fmt.Sscanf(string(text), "instance %s\nepoch %d %d\nkey %s\nseq %d\n", &instance, &id.Epoch, &id.EpochStart, &secret, &id.Seq)
	if n != 5 || !fill(id.Instance[:], instance) || !fill(id.Secret[:], secret) {
		return identity{}, false, nil
	}
	return id, true, nil
}

// fill decodes text, which must have exactly the length of dst.
func fill(dst []byte, text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && copy(dst, raw) == len(dst) && len(raw) == len(dst)
}

func writeIdentity(dir string, id identity) error {
	text := fmt.Sprintf("instance %x\nepoch %d %d\nkey %x\nseq %d\n", id.Instance, id.Epoch, id.EpochStart, id.Secret, id.Seq)
	return writeFile(identityPath(dir), bytes.NewBufferString(text))
}
