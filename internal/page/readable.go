package page

import (
	"bytes"
	"io"
	"net/http"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// serveReadable serves the formats of protobuf that people read, which are too rare
// to be rendered ahead. It decodes the delimited page family by family, so that a
// response takes the memory of one family, and serves one request at a time.
func (p *Page) serveReadable(w http.ResponseWriter, r *http.Request, st *pageState, sel selection, format expfmt.Format) {
	select {
	case p.readable <- struct{}{}:
		defer func() { <-p.readable }()
	default:
		http.Error(w, "another response in this format is being sent", http.StatusServiceUnavailable)
		return
	}
	e := negotiateEncoding(r.Header)
	setHeaders(w.Header(), format, e)
	if r.Method == http.MethodHead {
		return
	}
	b := p.variants[protobufFormat][identity].body(st, sel, &p.process, expfmt.FmtProtoDelim)
	// An error means that the client has disconnected.
	_ = b.transcode(w, format, e)
}

// transcode writes the families of b, which is delimited protobuf, in another format.
func (b *body) transcode(w io.Writer, format expfmt.Format, e encoding) error {
	if _, err := w.Write(e.header()); err != nil {
		return err
	}
	var plain bytes.Buffer
	var total extent
	packer := packer{encoding: e}
	encoder, decoder := expfmt.NewEncoder(&plain, format), expfmt.NewDecoder(b.reader(), expfmt.FmtProtoDelim)
	for {
		var f dto.MetricFamily
		err := decoder.Decode(&f)
		if err == io.EOF {
			_, err = w.Write(e.trailer(total))
			return err
		}
		if err != nil {
			return err
		}
		plain.Reset()
		if err := encoder.Encode(&f); err != nil {
			return err
		}
		packed, added := packer.pack(nil, plain.Bytes())
		if total = total.then(added); len(packed) > 0 {
			if _, err := w.Write(packed); err != nil {
				return err
			}
		}
	}
}

// reader reads the content of a body that is not compressed.
func (b *body) reader() io.Reader {
	var all []io.Reader
	for _, pieces := range b.runs {
		for _, piece := range pieces {
			all = append(all, bytes.NewReader(piece))
		}
	}
	return io.MultiReader(all...)
}
