package io.espalier.controller.signing.adapter;

import io.espalier.signing.CustodyException;
import io.espalier.signing.KeyFolder;
import io.espalier.signing.KeyFolder.Given;
import io.espalier.signing.Passphrase;
import io.espalier.signing.Pkcs11Token;
import io.espalier.signing.Signer;
import io.espalier.trust.Role;
import io.espalier.trust.TrustedRoot;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Where the controller's keys are: in a folder, locked by a passphrase, and in a PKCS#11 token where one is named. */
@Singleton
final class KeyCustody {
    private final KeyFolder folder;
    private final Path passphraseFile;
    private final Optional<String> passphrase;
    private final Optional<Path> tokenConfiguration;
    private final Optional<Path> pinFile;
    private final String releaseAlias;
    private final String assignmentAlias;
    private final String tenant;
    private final Duration rootLifetime;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private @Nullable Pkcs11Token token;

    KeyCustody(
            @ConfigProperty(name = "espalier.data.dir") Path dataFolder,
            @ConfigProperty(name = "espalier.signing.keys") Optional<Path> keys,
            @ConfigProperty(name = "espalier.signing.passphrase-file") Optional<Path> passphraseFile,
            @ConfigProperty(name = "espalier.signing.passphrase") Optional<String> passphrase,
            @ConfigProperty(name = "espalier.signing.pkcs11-config") Optional<Path> tokenConfiguration,
            @ConfigProperty(name = "espalier.signing.pkcs11-pin-file") Optional<Path> pinFile,
            @ConfigProperty(name = "espalier.signing.pkcs11-release", defaultValue = "espalier-release")
                    String releaseAlias,
            @ConfigProperty(name = "espalier.signing.pkcs11-assignment", defaultValue = "espalier-assignment")
                    String assignmentAlias,
            @ConfigProperty(name = "espalier.signing.root-lifetime", defaultValue = "P365D") Duration rootLifetime,
            @ConfigProperty(name = "espalier.tenant") String tenant,
            Clock clock) {
        this.folder = new KeyFolder(keys.orElse(dataFolder.resolve("signing")));
        this.passphraseFile = passphraseFile.orElse(dataFolder.resolve("keys").resolve("signing.passphrase"));
        this.passphrase = passphrase;
        this.tokenConfiguration = tokenConfiguration;
        this.pinFile = pinFile;
        this.releaseAlias = releaseAlias;
        this.assignmentAlias = assignmentAlias;
        this.rootLifetime = rootLifetime;
        this.tenant = tenant;
        this.clock = clock;
    }

    /** Makes what is missing: the passphrase's file, a key for each role, root 1. */
    void prepare() {
        if (folder.isMade()) {
            return;
        }
        List<Given> given = new ArrayList<>();
        if (tokenConfiguration.isPresent()) {
            given.add(new Given(Role.RELEASE, token().signer(releaseAlias)));
            given.add(new Given(Role.ASSIGNMENT, token().signer(assignmentAlias)));
        }
        char[] secret = secret();
        folder.make(tenant, secret, clock.instant(), rootLifetime, random, given);
        Arrays.fill(secret, ' ');
    }

    List<byte[]> roots() {
        return folder.roots();
    }

    boolean hasRoot(long version) {
        return folder.has(version);
    }

    TrustedRoot root() {
        TrustedRoot root = folder.root();
        if (!root.tenant().equals(tenant)) {
            throw new CustodyException("The keys in " + folder.path() + " are of tenant \""
                    + root.tenant() + "\", espalier.tenant is \"" + tenant + "\": name the right folder with"
                    + " espalier.signing.keys");
        }
        return root;
    }

    /** The role's keys in the newest root that can be used here. */
    List<Signer> signers(Role role, TrustedRoot root) {
        char[] secret = secret();
        List<Signer> signers = new ArrayList<>(folder.signers(role, secret));
        Arrays.fill(secret, ' ');
        if (tokenConfiguration.isPresent()) {
            token().signers().stream()
                    .map(Pkcs11Token.Named::signer)
                    .filter(signer -> root.role(role).keys().containsKey(signer.keyId()))
                    .forEach(signers::add);
        }
        return signers;
    }

    private synchronized Pkcs11Token token() {
        Pkcs11Token open = token;
        if (open == null) {
            Path pin = pinFile.orElseThrow(() ->
                    new CustodyException("espalier.signing.pkcs11-config is set: name the file with the token's PIN by"
                            + " espalier.signing.pkcs11-pin-file"));
            open = Pkcs11Token.open(tokenConfiguration.orElseThrow(), Passphrase.read(pin));
            token = open;
        }
        return open;
    }

    private char[] secret() {
        return passphrase.map(String::toCharArray).orElseGet(() -> Passphrase.readOrDraw(passphraseFile, random));
    }
}
