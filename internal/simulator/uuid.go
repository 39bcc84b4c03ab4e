package simulator

import (
	"fmt"
	"strconv"
	"strings"
)

// ticksAtEpoch is Unix time 0 in a version 1 UUID: 100 ns steps since the Gregorian reform.
const ticksAtEpoch = 122192928000000000

const ticksPerMilli = 10000

// lowNode is the clock and node part that sorts below every other, as feed tokens carry it.
const lowNode = "8080-808080808080"

func tickOf(at int64) int64 { return at*ticksPerMilli + ticksAtEpoch }

func milliOf(tick int64) int64 { return (tick - ticksAtEpoch) / ticksPerMilli }

// timeUUID writes a version 1 UUID of a tick with the given clock and node part.
func timeUUID(tick int64, node string) string {
	return fmt.Sprintf("%08x-%04x-1%03x-%s", uint32(tick), uint16(tick>>32), uint16(tick>>48)&0xfff, node)
}

// eventUUID is the id of the event that was stored at a tick.
func eventUUID(tick int64) string {
	h := uint64(tick) * 0x9e3779b97f4a7c15
	return timeUUID(tick, fmt.Sprintf("%04x-%012x", 0xa000|h>>52, h&0xffffffffffff|1<<40))
}

// parseTimeUUID is the tick of a version 1 UUID, and whether it is a token rather than an event's id.
func parseTimeUUID(s string) (tick int64, token, ok bool) {
	parts := strings.SplitN(s, "-", 4)
	if len(s) != 36 || len(parts) != 4 || len(parts[2]) != 4 || parts[2][0] != '1' {
		return 0, false, false
	}
	n, err := strconv.ParseUint(parts[2][1:]+parts[1]+parts[0], 16, 64)
	if err != nil || len(parts[0]) != 8 || len(parts[1]) != 4 {
		return 0, false, false
	}
	return int64(n), parts[3] == lowNode, true
}
