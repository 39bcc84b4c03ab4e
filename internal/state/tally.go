package state

import "go.etcd.io/bbolt"

// head is the part of a stored ledger besides its series, seen keys and records.
type head struct {
	tally
	evicted uint64
	cursor  string
}

// tally counts the stored items of a ledger.
type tally struct{ series, chunks, records uint64 }

func (l *Ledger) tally() tally {
	n := tally{series: uint64(l.view.Load().len), chunks: uint64(len(l.seen.chunks))}
	for _, items := range l.records {
		n.records += uint64(len(items))
	}
	return n
}

// tally returns the counts of the ledger after t is committed; next is the View after it.
func (t *Tx) tally(next *View) tally {
	n := t.ledger.tally()
	n.series = uint64(next.len)
	n.chunks += uint64(len(t.plan.add)) - uint64(len(t.plan.drop))
	for id, value := range t.puts {
		switch _, had := t.ledger.records[id.kind][id.key]; {
		case had && value == nil:
			n.records--
		case !had && value != nil:
			n.records++
		}
	}
	return n
}

// countLedgers counts the ledgers in the file.
func countLedgers(tx *bbolt.Tx) (n uint64) {
	all := tx.Bucket([]byte(ledgersBucket))
	if all == nil {
		return 0
	}
	c := all.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		n++
	}
	return n
}
