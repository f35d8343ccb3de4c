package io.espalier.controller.access;

import java.time.Instant;
import java.util.Optional;

/** Accounts at rest. */
public interface Accounts {
    Optional<Account> find(String username);

    boolean isEmpty();

    /** Adds an account or replaces the one of that name. */
    void put(Account account, Instant at);
}
