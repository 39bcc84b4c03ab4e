package simulator

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// write sends an answer, whole or as the faults will have it.
func (x *exchange) write(w http.ResponseWriter, a answer) {
	for k, v := range a.header {
		w.Header()[k] = v
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	now := x.sim.options.Now()
	if f := x.fault("clock_skew"); f != nil {
		now = now.Add(time.Duration(f.Skew))
	}
	w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
	if a.stream != nil {
		w.WriteHeader(a.status)
		flush(w)
		a.stream(w)
		return
	}
	x.send(w, a.status, a.bytes())
}

func (x *exchange) send(w http.ResponseWriter, status int, body []byte) {
	body = x.compress(w, body)
	switch {
	case x.has("short_json"):
		body = body[:len(body)/2]
	case x.has("truncated"):
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	case x.has("cut"):
		w.WriteHeader(status)
		_, _ = w.Write(body[:len(body)/2])
		flush(w)
		panic(http.ErrAbortHandler)
	}
	if f := x.fault("slow_body"); f != nil {
		w.WriteHeader(status)
		x.drip(w, body, orDefault(f.Rate, 64))
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// compress packs the body of a feed where the client takes gzip, as the vendor documents for feeds.
func (x *exchange) compress(w http.ResponseWriter, body []byte) []byte {
	if !x.packs() || len(body) < 512 {
		return body
	}
	b := &bytes.Buffer{}
	z, pooled := x.sim.gzips.Get().(*gzip.Writer)
	if !pooled {
		z = gzip.NewWriter(nil)
	}
	z.Reset(b)
	_, _ = z.Write(body)
	_ = z.Close()
	x.sim.gzips.Put(z)
	w.Header().Set("Content-Encoding", "gzip")
	return b.Bytes()
}

// packs says whether the client takes gzip for what it asked for.
func (x *exchange) packs() bool {
	return strings.HasSuffix(x.endpoint(), "_events") && strings.Contains(x.r.Header.Get("Accept-Encoding"), "gzip")
}

// drip sends a body a second's worth at a time.
func (x *exchange) drip(w http.ResponseWriter, body []byte, rate int) {
	for len(body) > 0 {
		n := min(rate, len(body))
		if _, err := w.Write(body[:n]); err != nil {
			return
		}
		flush(w)
		if body = body[n:]; len(body) > 0 && !x.sleep(time.Second) {
			return
		}
	}
}

// pour writes an array without sense until the client leaves or the size is reached.
func (x *exchange) pour(w http.ResponseWriter, f *Fault) {
	part := []byte(strings.Repeat(`{"agentId":"1"},`, 4096))
	_, _ = w.Write([]byte("["))
	for left := orDefault(f.Size, 256<<20); left > 0; left -= int64(len(part)) {
		if _, err := w.Write(part); err != nil || x.r.Context().Err() != nil {
			return
		}
	}
}

// bomb writes gzip members of blanks.
func bomb(w http.ResponseWriter, f *Fault) {
	const member = 8 << 20
	b := &bytes.Buffer{}
	z := gzip.NewWriter(b)
	_, _ = z.Write(bytes.Repeat([]byte(" "), member))
	_ = z.Close()
	for left := orDefault(f.Size, 1<<30); left > 0; left -= member {
		if _, err := w.Write(b.Bytes()); err != nil {
			return
		}
	}
}

func flush(w http.ResponseWriter) {
	if f, can := w.(http.Flusher); can {
		f.Flush()
	}
}
