package liveperson

import (
	"context"
	"net/http"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// ToyQueues mirrors the answer of toy-queues, which LivePerson doesn't have.
type ToyQueues struct {
	Queues     api.List[ToyQueue] `json:"queues"`
	api.Extent `json:"-"`
}

// ToyQueue is one queue of it.
type ToyQueue struct {
	ID      api.Text   `json:"queueId"`
	Waiting api.Number `json:"waiting"`
}

// ToyQueues asks for the queues of the account.
func (c *Client) ToyQueues(ctx context.Context) (ToyQueues, error) {
	var answer ToyQueues
	malformed, err := c.ask(ctx, request{endpoint: "toy_queues", service: History, method: http.MethodGet, path: "messaging_history/api/account/%s/toy-queues"}, &answer)
	answer.Extent = api.Extent{Skipped: answer.Queues.Skipped, Malformed: malformed}
	return answer, err
}
