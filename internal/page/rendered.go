package page

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

// add appends a family, whose head is the first of the segments.
func (s *rendered) add(name string, segments []segment) {
	end := s.until(len(s.families))
	end.name = name
	for _, p := range segments {
		s.pieces = append(s.pieces, p.data)
		end.packed += len(p.data)
		end.plain = end.plain.then(p.plain)
	}
	end.pieces = len(s.pieces)
	s.families = append(s.families, end)
}
