package credstore

import (
	"cmp"
	"context"
	"slices"

	"github.com/codexgen/codexgen/pkg/auth"
)

// Login stores a new login under a profile, which is made, or replaced, also
// in another store: then a crash leaves the old login or the new one, and
// perhaps a copy. leftover is what could not be removed where the profile was;
// Open tries that again, and removes copies.
func (p *Profiles) Login(ctx context.Context, profile Profile, login auth.Login) (leftover, err error) {
	store, unlock, err := p.prepare(ctx, profile)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return p.keep(ctx, profile, store, login)
}

// Try finds out, before somebody signs in, whether Login could keep what comes
// of it: by writing something to that store and removing it again.
func (p *Profiles) Try(ctx context.Context, profile Profile) error {
	store, unlock, err := p.prepare(ctx, profile)
	if err != nil {
		return err
	}
	defer unlock()
	return store.vault.try(ctx)
}

// prepare gives a store that answers, locked.
func (p *Profiles) prepare(ctx context.Context, profile Profile) (*Store, func(), error) {
	if err := cmp.Or(CheckName(profile.Name), profile.Store.check()); err != nil {
		return nil, nil, err
	}
	if err := makePrivate(p.folder); err != nil {
		return nil, nil, err
	}
	store := p.store(profile.Name, profile.Store)
	unlock, err := store.Lock(ctx)
	if err != nil {
		return nil, nil, err
	}
	// One that does not answer is not listed; a damaged login is replaced.
	if _, err := store.read(ctx); err != nil && !isFault(err, NotFound) && !isFault(err, Damaged) {
		unlock()
		return nil, nil, err
	}
	return store, unlock, nil
}

// keep stores a login and lists where it is, in an order in which a crash
// leaves a listed store with a whole login, and no store unlisted.
func (p *Profiles) keep(ctx context.Context, profile Profile, store *Store, login auth.Login) (leftover, err error) {
	list, err := p.readIndex()
	if err != nil {
		return nil, err
	}
	entry := listed{Store: profile.Store, BaseURL: profile.BaseURL, Issuer: profile.Issuer}
	before, replaces := list.Profiles[profile.Name]
	moves := replaces && before.Store != profile.Store
	if moves {
		before.Also = with(before.Also, profile.Store)
		entry.Also = with(without(before.Also, profile.Store), before.Store)
		err = p.put(ctx, profile.Name, before)
	} else {
		entry.Also = before.Also
		err = p.put(ctx, profile.Name, entry)
	}
	if err != nil {
		return nil, err
	}
	if err := store.save(ctx, login); err != nil {
		if !replaces {
			return nil, cmp.Or(err, p.drop(ctx, profile.Name, store))
		}
		return nil, err
	}
	if moves {
		if err := p.put(ctx, profile.Name, entry); err != nil {
			return nil, err
		}
	}
	_ = store.recovery.remove() // or later: it does not follow this login
	_ = store.endingFile().remove()
	return p.tidy(ctx, profile.Name), nil
}

// drop takes a profile off the list that never had a login. Where its store
// may hold one, or a part, the profile stays listed.
func (p *Profiles) drop(ctx context.Context, name string, store *Store) error {
	if _, err := store.read(ctx); !isFault(err, NotFound) || store.remove(ctx) != nil {
		return nil
	}
	return p.update(ctx, func(list *index) error {
		list.forget(name)
		return nil
	})
}

// tidy removes a profile's copies from where it no longer is. The caller
// holds its lock.
func (p *Profiles) tidy(ctx context.Context, name string) error {
	list, err := p.readIndex()
	if err != nil {
		return err
	}
	entry := list.Profiles[name]
	if len(entry.Also) == 0 {
		return nil
	}
	for _, kind := range entry.Also {
		if err := p.vault(name, kind).remove(ctx); err != nil {
			return leftoverError(name, p.Where(Profile{Name: name, Store: kind}), err)
		}
	}
	entry.Also = nil
	return p.put(ctx, name, entry)
}

func with(kinds []Kind, kind Kind) []Kind {
	if slices.Contains(kinds, kind) {
		return kinds
	}
	return append(slices.Clone(kinds), kind)
}

func without(kinds []Kind, kind Kind) []Kind {
	return slices.DeleteFunc(slices.Clone(kinds), func(k Kind) bool { return k == kind })
}

func leftoverError(name, where string, err error) error {
	return &Error{Fault: Unwritable, Reason: "the old login of profile " + name + " is still in " + where + ": " + err.Error(), Advice: "it is removed by a later run, or: codexgen auth logout --profile " + name}
}
