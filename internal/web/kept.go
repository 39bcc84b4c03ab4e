package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// epochHeader marks the request of a replica that lost the database, and holds the epoch of
// its account: only a replica with a later epoch answers it with the page.
const epochHeader = "X-Contactcenter-Epoch"

// kept answers for an account that this process owned until it lost the database, at
// epoch; 0 for one that it did not own. Another replica that still reaches the database
// may own the account by now, and its counters be ahead: what is kept is shown only
// when every other replica says that it is not the owner.
func (o Options) kept(next http.Handler, account string, epoch int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked := r.Header.Get(epochHeader); asked != "" {
			if n, err := strconv.ParseInt(asked, 10, 64); err == nil && epoch > n {
				next.ServeHTTP(w, r)
				return
			}
			text(w, http.StatusMisdirectedRequest, "this replica does not own account "+account+"\n")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), maxWait(r))
		defer cancel()
		r = r.WithContext(ctx)
		r.Header.Set(epochHeader, strconv.FormatInt(epoch, 10))
		owner, err := o.ownerAmongPeers(r)
		switch {
		case err != nil:
			text(w, http.StatusServiceUnavailable, fmt.Sprintf("the database cannot be reached, and another replica may own account %s: %v\n", account, err))
		case owner != nil:
			o.hop(owner).ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// ownerAmongPeers asks all other replicas. The error is of one that does not answer.
func (o Options) ownerAmongPeers(r *http.Request) (owner *url.URL, err error) {
	for _, peer := range o.Replicas.Peers() {
		to, err := url.Parse(peer)
		if err != nil || peer == "" {
			return nil, fmt.Errorf("a replica has no --replica.advertise-url")
		}
		question := r.Clone(r.Context())
		question.Method, question.RequestURI = http.MethodHead, ""
		o.address(question, to)
		resp, err := o.Replicas.Transport.RoundTrip(question)
		if err != nil {
			return nil, err
		}
		_ = resp.Body.Close()
		switch resp.StatusCode {
		case http.StatusOK:
			return to, nil
		case http.StatusMisdirectedRequest:
		default:
			return nil, fmt.Errorf("%s answers with status %d", peer, resp.StatusCode)
		}
	}
	return nil, nil
}
