package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	dto "github.com/prometheus/client_model/go"
)

// pageState is the content of the page at one moment: one result of gather, in the
// order of the page. It never changes.
type pageState struct {
	version  int        // grows with each state
	keys     []batchKey // of the batches, in the order of gather
	sources  []source   // what was made of the batches, in the order of the page
	families []*Family
	accounts map[string]bool // that have batches
	dropped  int
}

// batchKey identifies the content of a batch.
type batchKey struct {
	account, vendor, source string
	generation              uint64
}

func keyOf(b *metric.Batch) batchKey {
	return batchKey{b.Account, b.Vendor, b.Source, b.Generation}
}

// anyGeneration is the key without the generation.
func (k batchKey) anyGeneration() batchKey {
	k.generation = 0
	return k
}

// source is a batch and its parts.
type source struct {
	batchKey
	parts   []*part
	dropped int
}

// name of the family, as in text 0.0.4.
func (f *Family) name() string { return f.Desc.Name }

// typeOf is the type of a family on the page: a state set is a gauge there.
func typeOf(k metric.Kind) dto.MetricType {
	switch k {
	case metric.Counter:
		return dto.MetricType_COUNTER
	case metric.Histogram:
		return dto.MetricType_HISTOGRAM
	}
	return dto.MetricType_GAUGE
}

// matches reports whether the state is that of batches.
func (st *pageState) matches(batches []metric.Batch) bool {
	if len(st.keys) != len(batches) {
		return false
	}
	for i := range batches {
		if st.keys[i] != keyOf(&batches[i]) {
			return false
		}
	}
	return true
}

// next returns the state of batches. The parts of a batch of the same generation are
// those of st.
func (st *pageState) next(batches []metric.Batch) *pageState {
	known := make(map[batchKey]source, len(st.sources)) // without their generations
	for _, s := range st.sources {
		known[s.anyGeneration()] = s
	}
	n := &pageState{version: st.version + 1, accounts: make(map[string]bool)}
	for i := range batches {
		n.keys = append(n.keys, keyOf(&batches[i]))
		if account := batches[i].Account; account != "" {
			n.accounts[account] = true
		}
	}
	for _, batch := range inOrder(batches) {
		key := keyOf(batch)
		s, ok := known[key.anyGeneration()]
		delete(known, key.anyGeneration()) // of two equal keys, which are a mistake, the second is another source
		if !ok || s.batchKey != key {
			s = source{batchKey: key}.split(batch, s.parts)
		}
		n.sources = append(n.sources, s)
		n.dropped += s.dropped
	}
	n.groupFamilies()
	return n
}

// inOrder returns batches in the order in which they stand on the page. Those of
// the exporter as a whole come first.
func inOrder(batches []metric.Batch) []*metric.Batch {
	sorted := make([]*metric.Batch, len(batches))
	for i := range batches {
		sorted[i] = &batches[i]
	}
	slices.SortStableFunc(sorted, func(a, b *metric.Batch) int {
		return cmp.Or(
			strings.Compare(a.Account, b.Account),
			strings.Compare(a.Vendor, b.Vendor),
			strings.Compare(a.Source, b.Source),
		)
	})
	return sorted
}

// groupFamilies groups the parts of all sources by metric.
func (st *pageState) groupFamilies() {
	index := make(map[string]*Family)
	for _, s := range st.sources {
		for _, p := range s.parts {
			f := index[p.desc.Name]
			if f == nil {
				f = &Family{Desc: p.desc}
				index[p.desc.Name] = f
				st.families = append(st.families, f)
			}
			st.dropped += f.add(p)
		}
	}
	slices.SortFunc(st.families, func(x, y *Family) int { return strings.Compare(x.name(), y.name()) })
}

// add adds the series of p that are not in the family yet, and returns how many it
// refused: those that are, or all if p is of another type.
func (f *Family) add(p *part) (refused int) {
	if typeOf(p.desc.Kind) != typeOf(f.Desc.Kind) {
		return len(p.order)
	}
	for _, other := range f.overlapping(p.account) {
		var n int
		p, n = p.without(other)
		refused += n
	}
	if len(p.order) > 0 {
		f.parts = append(f.parts, p)
	}
	return refused
}

// overlapping returns the parts in which series of a further part of account may be:
// its own, and those without an account, whose series may name it themselves.
// Series of two accounts differ in the label account.
func (f *Family) overlapping(account string) []*part {
	end := len(f.parts)
	for end > 0 && f.parts[end-1].account == account {
		end--
	}
	start := 0 // parts stand in the order of their accounts, "" first
	for start < end && f.parts[start].account == "" {
		start++
	}
	return slices.Concat(f.parts[:start], f.parts[end:])
}
