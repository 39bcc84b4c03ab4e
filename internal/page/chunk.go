package page

// chunk is some series of a part that stand together: they are made at a time,
// and again if one of them changes.
type chunk struct {
	end int // in the order of the part
	*content
}

// How many series a chunk has. Compression pays a few microseconds for every
// chunk and forgets what it has learnt, so that chunks are coarse: in fine ones a
// part takes twice the time and a third more bytes. But where one series in a
// hundred has changed, hardly any coarse chunk is as it was.
const (
	coarse = 256
	fine   = 32
)

// A part is cut into fine chunks while the share of its series that change lies
// between these: fewer touch few chunks of any size, more touch all of them.
const (
	fewest = 1.0 / 500
	most   = 1.0 / 40
)

// grainOf returns how many series a chunk is to have in a part of some, of which
// a number has changed.
func grainOf(series, changed int) int {
	if share := float64(changed) / float64(series); fewest < share && share < most {
		return fine
	}
	return coarse
}

// cut makes new chunks of the order.
func (p *part) cut() {
	p.chunks = chunked([]chunk{{end: len(p.order)}}, coarse)
	p.content = new(content)
}

// chunked cuts new chunks of about a number of series where chunks have no
// content yet; the others stay, but for those beside a scrap.
func chunked(chunks []chunk, grain int) []chunk {
	out := make([]chunk, 0, len(chunks))
	done := 0
	renew := func(end int) {
		for n := max(1, (end-done+grain/2)/grain); done < end; n-- {
			done += (end - done + n - 1) / n
			out = append(out, chunk{done, new(content)})
		}
	}
	start := 0 // of the chunk; from done to start all is to be made anew
	for _, c := range chunks {
		scrap := start > done && start-done < grain/2
		if c.content != nil && !scrap {
			renew(start)
			out = append(out, c)
			done = c.end
		}
		start = c.end
	}
	renew(start)
	return out
}
