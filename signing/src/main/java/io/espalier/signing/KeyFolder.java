package io.espalier.signing;

import io.espalier.host.FileTrouble;
import io.espalier.trust.RejectedException;
import io.espalier.trust.Role;
import io.espalier.trust.TrustedRoot;
import io.espalier.trust.VerificationKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of locked keys ({@code ROLE-DIGITS.key}) and of the roots they follow from ({@code roots/N.root}). Root keys may
 * lie elsewhere, and should: the folder works without them until the next root has to be signed.
 */
public final class KeyFolder {
    private static final String KEY = ".key";
    private static final String ROOTS = "roots";
    private static final String ROOT = ".root";

    private final Path folder;

    public KeyFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    public Path path() {
        return folder;
    }

    /** Whether there is a root already. */
    public boolean isMade() {
        return Files.exists(rootFile(1));
    }

    /** Whether a root of that version is there. */
    public boolean has(long version) {
        return Files.exists(rootFile(version));
    }

    /** Draws one key for each role and signs root 1 with them. Keys of {@code given} stand in for drawn ones. */
    public TrustedRoot make(
            String tenant, char[] passphrase, Instant now, Duration lifetime, SecureRandom random, List<Given> given) {
        RootDraft draft = RootDraft.first(tenant);
        List<Signer> rootSigners = new ArrayList<>();
        for (Role role : Role.values()) {
            List<Signer> signers = new ArrayList<>();
            given.stream().filter(each -> each.role() == role).forEach(each -> signers.add(each.signer()));
            if (signers.isEmpty()) {
                Signer drawn = Signer.draw();
                add(role, drawn, passphrase, random);
                signers.add(drawn);
            }
            signers.forEach(signer -> draft.add(role, signer.publicKey()));
            if (role == Role.ROOT) {
                rootSigners.addAll(signers);
            }
        }
        byte[] envelope = Signer.envelope(Role.ROOT, draft.build(now, lifetime).toByteArray(), rootSigners);
        append(envelope);
        return root();
    }

    /** A key that comes from elsewhere, a token for instance. */
    public record Given(Role role, Signer signer) {}

    /** Locks a key away; answers the file. */
    public Path add(Role role, Signer signer, char[] passphrase, SecureRandom random) {
        Path file = keyFile(role, signer.keyId());
        try {
            OwnerOnlyFile.createFolder(folder);
            OwnerOnlyFile.create(file, LockedKey.lock(signer, passphrase, random));
            return file;
        } catch (IOException e) {
            throw new CustodyException("Key file " + file + " cannot be written (" + FileTrouble.inWords(e) + ")", e);
        }
    }

    /** The role's keys in the present root that lie here, unlocked. */
    public List<Signer> signers(Role role, char[] passphrase) {
        List<Signer> signers = new ArrayList<>();
        for (String id : root().role(role).keys().keySet()) {
            Path file = keyFile(role, id);
            if (Files.exists(file)) {
                Signer signer = unlock(file, passphrase);
                if (!signer.keyId().equals(id)) {
                    throw new CustodyException("Key file " + file + " holds key " + signer.keyId());
                }
                signers.add(signer);
            }
        }
        return signers;
    }

    /** Unlocks one file. */
    public static Signer unlock(Path file, char[] passphrase) {
        try {
            return LockedKey.unlock(Files.readAllBytes(file), passphrase, file.toString());
        } catch (IOException e) {
            throw new CustodyException("Key file " + file + " cannot be read (" + FileTrouble.inWords(e) + ")", e);
        }
    }

    /** Every root, oldest first. */
    public List<byte[]> roots() {
        List<byte[]> roots = new ArrayList<>();
        for (int version = 1; Files.exists(rootFile(version)); version++) {
            roots.add(read(rootFile(version)));
        }
        if (roots.isEmpty()) {
            throw new CustodyException("There is no root yet: " + rootFile(1)
                    + " is not there. The controller makes it at its first start, or ./espalier keys init does;"
                    + " name the folder of keys that lie elsewhere with --keys");
        }
        return roots;
    }

    /** The newest root, reached from the first one step by step. */
    public TrustedRoot root() {
        TrustedRoot root = null;
        for (byte[] envelope : roots()) {
            try {
                root = (root == null ? TrustedRoot.anchor(envelope) : root.next(envelope)).orThrow();
            } catch (RejectedException e) {
                throw new CustodyException(
                        "Root " + (root == null ? 1 : root.version() + 1) + " in " + folder + " is refused: "
                                + e.getMessage(),
                        e);
            }
        }
        if (root == null) {
            throw new IllegalStateException("A folder without a root was refused before");
        }
        return root;
    }

    /** Keeps the root that follows; throws where it does not. */
    public void append(byte[] envelope) {
        try {
            TrustedRoot next = (isMade() ? root().next(envelope) : TrustedRoot.anchor(envelope)).orThrow();
            Path file = rootFile(next.version());
            OwnerOnlyFile.createFolder(folder.resolve(ROOTS));
            OwnerOnlyFile.create(file, envelope);
        } catch (RejectedException e) {
            throw new CustodyException("The root is refused: " + e.getMessage(), e);
        } catch (FileAlreadyExistsException e) {
            throw new CustodyException("Somebody else has put a root there meanwhile: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CustodyException("The root cannot be kept in " + folder + " (" + FileTrouble.inWords(e) + ")", e);
        }
    }

    /** Names of key files of every role, whether their keys are in the present root or not. */
    public List<Path> keyFiles() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(KEY)).sorted().toList();
        } catch (IOException e) {
            throw new CustodyException("Folder " + folder + " cannot be read (" + FileTrouble.inWords(e) + ")", e);
        }
    }

    private Path keyFile(Role role, String keyId) {
        return folder.resolve(role.label() + "-" + VerificationKey.shortly(keyId) + KEY);
    }

    private Path rootFile(long version) {
        return folder.resolve(ROOTS).resolve(version + ROOT);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CustodyException("Root " + file + " cannot be read (" + FileTrouble.inWords(e) + ")", e);
        }
    }
}
