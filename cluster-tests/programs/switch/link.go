package main

import (
	"math/rand/v2"
	"sync"
	"time"
)

// What a slow link holds before it drops, as a router would.
const maxQueuedFrames = 8192

// How frames go in one direction. The zero value is a perfect link.
type linkSettings struct {
	DelayMs  float64 `json:"delayMs"`
	JitterMs float64 `json:"jitterMs"`
	// Share of the frames that are lost, 0 to 1.
	Loss           float64 `json:"loss"`
	BytesPerSecond float64 `json:"bytesPerSecond"`
	Silent         bool    `json:"silent"`
	// Silent once this many further bytes have passed; 0 is never.
	CutAfterBytes int64 `json:"cutAfterBytes"`
}

type linkCounts struct {
	Frames  int64 `json:"frames"`
	Bytes   int64 `json:"bytes"`
	Dropped int64 `json:"dropped"`
}

type link struct {
	target *tap
	queue  chan frame

	mutex    sync.Mutex
	settings linkSettings
	passed   linkCounts
	sinceSet int64
	waiting  int
	lastDue  time.Time
	lineFree time.Time
}

type frame struct {
	bytes []byte
	due   time.Time
}

func newLink(target *tap) *link {
	l := &link{target: target, queue: make(chan frame, maxQueuedFrames)}
	go l.deliver()
	return l
}

func (l *link) set(settings linkSettings) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.settings, l.sinceSet = settings, 0
}

func (l *link) counts() linkCounts {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.passed
}

func (l *link) send(bytes []byte) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.drops(len(bytes)) || l.waiting == maxQueuedFrames {
		l.passed.Dropped++
		return
	}
	l.passed.Frames++
	l.passed.Bytes += int64(len(bytes))
	l.sinceSet += int64(len(bytes))

	// A frame never overtakes one that waits, also when the delay was just taken away.
	if l.waiting == 0 && l.settings.DelayMs == 0 && l.settings.JitterMs == 0 && l.settings.BytesPerSecond == 0 {
		l.target.Write(bytes)
		return
	}
	l.waiting++
	l.queue <- frame{append([]byte(nil), bytes...), l.dueTime(len(bytes))}
}

func (l *link) drops(size int) bool {
	s := l.settings
	cut := s.CutAfterBytes > 0 && l.sinceSet+int64(size) > s.CutAfterBytes
	return s.Silent || cut || (s.Loss > 0 && rand.Float64() < s.Loss)
}

func (l *link) dueTime(size int) time.Time {
	due := time.Now()
	if rate := l.settings.BytesPerSecond; rate > 0 {
		if l.lineFree.After(due) {
			due = l.lineFree
		}
		due = due.Add(time.Duration(float64(size) / rate * float64(time.Second)))
		l.lineFree = due
	}
	milliseconds := l.settings.DelayMs + l.settings.JitterMs*rand.Float64()
	due = due.Add(time.Duration(milliseconds * float64(time.Millisecond)))
	if due.Before(l.lastDue) {
		due = l.lastDue
	}
	l.lastDue = due
	return due
}

func (l *link) deliver() {
	for next := range l.queue {
		time.Sleep(time.Until(next.due))
		l.mutex.Lock()
		l.target.Write(next.bytes)
		l.waiting--
		l.mutex.Unlock()
	}
}
