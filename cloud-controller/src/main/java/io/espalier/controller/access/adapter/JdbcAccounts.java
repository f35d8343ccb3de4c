package io.espalier.controller.access.adapter;

import io.espalier.controller.access.Account;
import io.espalier.controller.access.Accounts;
import io.espalier.controller.access.PasswordHash;
import io.espalier.controller.access.Role;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Accounts in PostgreSQL. */
@Singleton
final class JdbcAccounts implements Accounts {
    private final Jdbi jdbi;

    JdbcAccounts(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public Optional<Account> find(String username) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select username, password_hash, role from account where username = :username")
                .bind("username", username)
                .map((row, context) -> new Account(
                        row.getString("username"),
                        new PasswordHash(row.getString("password_hash")),
                        Role.of(row.getString("role"))))
                .findOne());
    }

    @Override
    public boolean isEmpty() {
        return jdbi.withHandle(handle -> !handle.createQuery("select exists (select 1 from account)")
                .mapTo(Boolean.class)
                .one());
    }

    @Override
    public void put(Account account, Instant at) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into account (username, password_hash, role, created_at)
                        values (:username, :hash, :role, :at)
                        on conflict (username) do update set password_hash = excluded.password_hash, role = excluded.role""")
                .bind("username", account.username())
                .bind("hash", account.password().text())
                .bind("role", account.role().wireName())
                .bind("at", at)
                .execute());
    }
}
