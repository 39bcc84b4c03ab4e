package page

// smallSegment is the size up to which segments are copied together in a page that is
// kept.
const smallSegment = 8 << 10

// rendered is the page but for the families of the exporter's own process: the
// segments of the families in the order of their names.
type rendered struct {
	families []familyEnd
	pieces   [][]byte
	last     segment // below all families
}

// familyEnd is the end of a family.
type familyEnd struct {
	name   string
	pieces int    // how many up to here
	packed int    // their size
	plain  extent // of their content
}

// until returns the end of the first n families.
func (s *rendered) until(n int) familyEnd {
	if n == 0 {
		return familyEnd{}
	}
	return s.families[n-1]
}

// add appends a family, with segments up to a size copied together.
func (s *rendered) add(name string, head segment, parts []segment, small int) {
	end := s.until(len(s.families))
	end.name = name
	end.packed += len(head.data)
	end.plain = end.plain.then(head.plain)
	run := head.data
	for _, p := range parts {
		end.packed += len(p.data)
		end.plain = end.plain.then(p.plain)
		if len(p.data) <= small {
			run = append(run, p.data...)
			continue
		}
		s.pieces = append(s.pieces, run, p.data)
		run = nil
	}
	if len(run) > 0 {
		s.pieces = append(s.pieces, run)
	}
	end.pieces = len(s.pieces)
	s.families = append(s.families, end)
}
