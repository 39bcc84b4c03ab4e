package simulator

import (
	"io"
	"math/rand/v2"
	"strings"
)

// faults are those that are in force. Their owner holds a lock.
type faults struct{ list []*Fault }

// AddFault puts a fault in force. The error says what is wrong with it.
func (s *Simulator) AddFault(f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	now := s.lock()
	defer s.mu.Unlock()
	s.faults.add(now, &f)
	return nil
}

// LoadFaults puts the faults of a JSON document in force: an array of them, an object with the key faults, or one
// object after the other. After an error none of them is.
func (s *Simulator) LoadFaults(r io.Reader) error {
	list, err := readFaults(r)
	if err != nil {
		return err
	}
	now := s.lock()
	defer s.mu.Unlock()
	for _, f := range list {
		s.faults.add(now, f)
	}
	return nil
}

// ClearFaults ends every fault.
func (s *Simulator) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.list = nil
}

func (fs *faults) add(now int64, f *Fault) {
	f.added, f.Hits, f.selected = now, 0, 0
	fs.list = append(fs.list, f)
}

// pick is the faults that hit a request.
func (fs *faults) pick(x *exchange, luck *rand.Rand) []*Fault {
	var hit []*Fault
	for _, f := range fs.list {
		if f.selects(x) && f.strikes(luck) {
			hit = append(hit, f)
		}
	}
	return hit
}

func (f *Fault) selects(x *exchange) bool {
	age := x.now - f.added
	return (f.Vendor == "" || f.Vendor == x.vendor()) &&
		(f.Endpoint == "" || f.Endpoint == x.endpoint()) &&
		strings.HasPrefix(x.r.URL.Path, f.Path) &&
		age >= milliseconds(f.From) && (f.Until == 0 || age < milliseconds(f.Until))
}

// strikes counts a selected request and says whether the fault hits it.
func (f *Fault) strikes(luck *rand.Rand) bool {
	f.selected++
	switch {
	case f.Count > 0 && f.Hits >= f.Count,
		f.Every > 1 && f.selected%f.Every != 0,
		f.Probability > 0 && luck.Float64() >= f.Probability:
		return false
	}
	f.Hits++
	return true
}

func milliseconds(d Duration) int64 { return int64(d) / 1e6 }
