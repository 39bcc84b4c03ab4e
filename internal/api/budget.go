package api

import "runtime/debug"

// budget bounds how many bytes of memory a decoded answer takes. It exists beside
// the bound of the answer's size: short records take many times their text, and
// what is made of an answer takes many times what it decodes to.
type budget struct{ total, left int }

const (
	// decodedShare is the part of the memory limit of the process (GOMEMLIMIT, or that
	// of the container) that a decoded answer may take. Samples, page and counters
	// made of it take about twenty times as much.
	decodedShare = 32
	// maxDecoded bounds it where there is no limit, or a large one: 200,000 services.
	maxDecoded = 128 << 20
)

// newBudget returns the budget of one answer.
func newBudget() budget {
	total := int(min(debug.SetMemoryLimit(-1)/decodedShare, maxDecoded))
	return budget{total, total}
}

// take takes a number of bytes, or fails where so many are not left. A nil budget
// has no bound.
func (b *budget) take(size int) error {
	if b == nil {
		return nil
	}
	if b.left -= size; b.left < 0 {
		return TooLarge.Errorf("the answer takes more than %d MiB when it is decoded: the memory limit of the process permits no more", b.total>>20)
	}
	return nil
}
