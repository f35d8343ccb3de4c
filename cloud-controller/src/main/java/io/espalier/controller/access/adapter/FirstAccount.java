package io.espalier.controller.access.adapter;

import io.espalier.controller.access.Account;
import io.espalier.controller.access.Accounts;
import io.espalier.controller.access.PasswordHash;
import io.espalier.controller.access.Role;
import io.espalier.controller.database.DatabasePatience;
import io.espalier.controller.database.DatabaseReady;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes sure that someone can log in: with the configured password, or with one that is drawn and printed once. */
@Singleton
final class FirstAccount {
    private static final String USERNAME = "admin";
    /** Without letters and digits that look alike. */
    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

    private static final int GROUPS = 4;
    private static final int GROUP_LETTERS = 5;

    private final Accounts accounts;
    private final DatabasePatience patience;
    private final Clock clock;
    private final Optional<String> configured;
    private final SecureRandom random = new SecureRandom();

    FirstAccount(
            Accounts accounts,
            DatabasePatience patience,
            Clock clock,
            @ConfigProperty(name = "espalier.admin.password") Optional<String> configured) {
        this.accounts = accounts;
        this.patience = patience;
        this.clock = clock;
        this.configured = configured;
    }

    void ensure(@Observes @Priority(20) DatabaseReady event) throws InterruptedException {
        if (configured.isPresent()) {
            boolean same = patience.get(() -> accounts.find(USERNAME))
                    .map(account -> account.password().matches(configured.get()))
                    .orElse(false);
            if (!same) {
                put(configured.get());
            }
        } else if (patience.get(accounts::isEmpty)) {
            String password = draw();
            put(password);
            // On standard output and not in the log: logs are kept and shipped.
            System.out.println("\n  Log in to the console as \"" + USERNAME + "\" with password  " + password
                    + "\n  It is shown this once. To choose your own, set ESPALIER_ADMIN_PASSWORD.\n");
        }
    }

    private void put(String password) throws InterruptedException {
        Account account = new Account(USERNAME, PasswordHash.of(password, random), Role.ADMIN);
        patience.run(() -> accounts.put(account, clock.instant()));
    }

    private String draw() {
        StringBuilder password = new StringBuilder();
        for (int group = 0; group < GROUPS; group++) {
            if (group > 0) {
                password.append('-');
            }
            for (int letter = 0; letter < GROUP_LETTERS; letter++) {
                password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
        }
        return password.toString();
    }
}
