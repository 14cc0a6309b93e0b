package verify

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"
)

const bucketMs = 30_000

// MemoryOptions of NewMemoryStore. The zero values are those of the strict preset, and room for a million nonces.
type MemoryOptions struct {
	MaxEntries, MaxPerKey int
	MaxAge, MaxFuture     time.Duration
	// NoRestartBarrier accepts what was signed before the store existed: for tests, where no earlier process can have.
	NoRestartBarrier bool
}

// MemoryStore remembers nonces in this process: bounded, and it never forgets one that could still be sent again. For one
// process only: each of several accepts a copy once. What was signed before it existed is refused for MaxFuture after its
// start: an earlier process may have accepted it.
type MemoryStore struct {
	lock                             sync.Mutex
	maxEntries, maxPerKey, size      int
	maxAgeMs, maxFutureMs, barrierMs int64
	forgottenMs                      int64
	buckets                          map[int64]map[[16]byte]string
	perKey                           map[string]int
}

// NewMemoryStore makes one.
func NewMemoryStore(options MemoryOptions) *MemoryStore {
	set(&options.MaxAge, 5*time.Minute)
	set(&options.MaxFuture, 5*time.Second)
	if options.MaxEntries <= 0 {
		options.MaxEntries = 1_000_000
	}
	if options.MaxPerKey <= 0 {
		options.MaxPerKey = max(1, options.MaxEntries/10)
	}
	store := &MemoryStore{
		maxEntries: options.MaxEntries, maxPerKey: options.MaxPerKey,
		maxAgeMs: options.MaxAge.Milliseconds(), maxFutureMs: options.MaxFuture.Milliseconds(),
		barrierMs: -1, forgottenMs: -1,
		buckets: map[int64]map[[16]byte]string{}, perKey: map[string]int{},
	}
	if !options.NoRestartBarrier {
		store.barrierMs = time.Now().UnixMilli() + store.maxFutureMs
	}
	return store
}

// Claim implements ReplayStore.
func (m *MemoryStore) Claim(_ context.Context, claim Claim) (Outcome, error) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s", claim.KeyID, claim.CreatedMs, claim.Nonce))
	mark := [16]byte(sum[:16])
	m.lock.Lock()
	defer m.lock.Unlock()
	m.forget(claim.NowMs)
	if claim.CreatedMs <= max(m.barrierMs, m.forgottenMs) || claim.ExpiresAtMs <= claim.NowMs {
		return Barrier, nil
	}
	bucket := m.buckets[claim.CreatedMs/bucketMs]
	if _, is := bucket[mark]; is {
		return Replay, nil
	}
	if m.size >= m.maxEntries || m.perKey[claim.KeyID] >= m.maxPerKey || claim.CreatedMs > claim.NowMs+m.maxFutureMs {
		return Full, nil
	}
	if bucket == nil {
		bucket = map[[16]byte]string{}
		m.buckets[claim.CreatedMs/bucketMs] = bucket
	}
	bucket[mark] = claim.KeyID
	m.perKey[claim.KeyID]++
	m.size++
	return Claimed, nil
}

func (m *MemoryStore) forget(now int64) {
	for id, bucket := range m.buckets {
		if (id+1)*bucketMs >= now-m.maxAgeMs {
			continue
		}
		m.forgottenMs = max(m.forgottenMs, (id+1)*bucketMs-1)
		for _, key := range bucket {
			if m.perKey[key]--; m.perKey[key] == 0 {
				delete(m.perKey, key)
			}
		}
		m.size -= len(bucket)
		delete(m.buckets, id)
	}
}
