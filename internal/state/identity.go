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

// identity is kept beside the state file, so that a lost file is not taken for
// a first start and its loss changes neither Store.Key nor repeats an epoch.
type identity struct {
	Instance   [16]byte
	Epoch      uint64
	EpochStart int64
	Secret     [32]byte
	// Seq is that of a commit which was on the disk before. A file that is not as
	// far is one that somebody put back.
	Seq uint64
}

func (h header) identity() identity {
	return identity{h.Instance, h.Epoch, h.EpochStart, h.Secret, h.Seq}
}

func identityPath(dir string) string { return filepath.Join(dir, "state.id") }

// readIdentity returns the identity of dir; ok is false if it has none, or one
// that cannot be read as such.
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

// fill decodes exactly as many bytes as dst has.
func fill(dst []byte, text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && copy(dst, raw) == len(dst) && len(raw) == len(dst)
}

func writeIdentity(dir string, id identity) error {
	text := fmt.Sprintf("instance %x\nepoch %d %d\nkey %x\nseq %d\n", id.Instance, id.Epoch, id.EpochStart, id.Secret, id.Seq)
	return writeFile(identityPath(dir), bytes.NewBufferString(text))
}
