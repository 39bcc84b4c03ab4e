package otlp

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	_ "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// received is a request as a receiver got it.
type received struct {
	metrics *metricspb.ExportMetricsServiceRequest
	traces  *tracepb.ExportTraceServiceRequest
	header  func(name string) string
	path    string
	size    int // in bytes, before compression
	gzip    bool
}

// receiver collects requests, over HTTP or gRPC.
type receiver struct {
	metricspb.UnimplementedMetricsServiceServer
	tracepb.UnimplementedTraceServiceServer
	endpoint string
	got      chan received
	stop     func()

	mu       sync.Mutex
	httpCode int        // to answer with, 200 if 0
	grpcCode codes.Code // likewise
	rejected int64      // points said to be rejected
}

func (r *receiver) answer(httpCode int, grpcCode codes.Code, rejected int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.httpCode, r.grpcCode, r.rejected = httpCode, grpcCode, rejected
}

func (r *receiver) response() *metricspb.ExportMetricsServiceResponse {
	resp := &metricspb.ExportMetricsServiceResponse{}
	if r.rejected > 0 {
		resp.PartialSuccess = &metricspb.ExportMetricsPartialSuccess{RejectedDataPoints: r.rejected, ErrorMessage: "secret of the receiver"}
	}
	return resp
}

// listen starts a receiver of a scheme on an address; serverTLS may be nil.
func listen(t *testing.T, scheme, address string, serverTLS *tls.Config) *receiver {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{endpoint: scheme + "://" + l.Addr().String(), got: make(chan received, 1000)}
	if strings.HasPrefix(scheme, "grpc") {
		options := []grpc.ServerOption{grpc.StatsHandler(compression{})}
		if serverTLS != nil {
			options = append(options, grpc.Creds(credentials.NewTLS(serverTLS)))
		}
		s := grpc.NewServer(options...)
		metricspb.RegisterMetricsServiceServer(s, r)
		tracepb.RegisterTraceServiceServer(s, traceReceiver{receiver: r})
		go s.Serve(l)
		r.stop = s.Stop
	} else {
		s := httptest.NewUnstartedServer(r)
		s.Listener.Close()
		s.Listener = l
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		if serverTLS != nil {
			s.TLS = serverTLS
			s.StartTLS()
		} else {
			s.Start()
		}
		r.stop = func() { s.CloseClientConnections(); s.Close() }
	}
	t.Cleanup(r.stop)
	return r
}

// address is that of the receiver, for another one after it.
func (r *receiver) address() string { return r.endpoint[strings.Index(r.endpoint, "://")+3:] }

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body := io.Reader(req.Body)
	got := received{header: req.Header.Get, path: req.URL.Path, gzip: req.Header.Get("Content-Encoding") == "gzip"}
	if got.gzip {
		body, _ = gzip.NewReader(req.Body)
	}
	data, err := io.ReadAll(body)
	if err != nil {
		http.Error(w, "cut off", http.StatusBadRequest)
		return
	}
	got.size = len(data)
	if strings.HasSuffix(got.path, tracesPath) {
		got.traces = &tracepb.ExportTraceServiceRequest{}
		err = proto.Unmarshal(data, got.traces)
	} else {
		got.metrics = &metricspb.ExportMetricsServiceRequest{}
		err = proto.Unmarshal(data, got.metrics)
	}
	if err != nil {
		http.Error(w, "not OTLP", http.StatusUnsupportedMediaType)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got <- got
	if r.httpCode != 0 {
		http.Error(w, "secret of the receiver", r.httpCode)
		return
	}
	answer, _ := proto.Marshal(r.response())
	w.Header().Set("Content-Type", "application/x-protobuf")
	w.Write(answer)
}

func (r *receiver) Export(ctx context.Context, req *metricspb.ExportMetricsServiceRequest) (*metricspb.ExportMetricsServiceResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got <- received{metrics: req, header: grpcHeader(ctx), size: proto.Size(req), gzip: *ctx.Value(compression{}).(*bool)}
	if r.grpcCode != codes.OK {
		return nil, status.Error(r.grpcCode, "secret of the receiver")
	}
	return r.response(), nil
}

// traceReceiver is a receiver's other service.
type traceReceiver struct {
	tracepb.UnimplementedTraceServiceServer
	*receiver
}

func (r traceReceiver) Export(ctx context.Context, req *tracepb.ExportTraceServiceRequest) (*tracepb.ExportTraceServiceResponse, error) {
	r.got <- received{traces: req, header: grpcHeader(ctx)}
	return &tracepb.ExportTraceServiceResponse{}, nil
}

// compression notes in the context of a call whether it came compressed.
type compression struct{}

func (compression) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
	return context.WithValue(ctx, compression{}, new(bool))
}

func (compression) HandleRPC(ctx context.Context, s stats.RPCStats) {
	if h, ok := s.(*stats.InHeader); ok {
		*ctx.Value(compression{}).(*bool) = h.Compression == "gzip"
	}
}

func (compression) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (compression) HandleConn(context.Context, stats.ConnStats) {}

func grpcHeader(ctx context.Context) func(string) string {
	md, _ := metadata.FromIncomingContext(ctx)
	return func(name string) string { return strings.Join(md.Get(name), ",") }
}

// all returns the requests that have come so far.
func (r *receiver) all() []received {
	var all []received
	for {
		select {
		case got := <-r.got:
			all = append(all, got)
		default:
			return all
		}
	}
}
