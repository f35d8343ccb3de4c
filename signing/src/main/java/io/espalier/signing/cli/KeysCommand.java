package io.espalier.signing.cli;

import io.espalier.signing.KeyFolder;
import io.espalier.signing.Passphrase;
import io.espalier.signing.RootDraft;
import io.espalier.signing.RootFile;
import io.espalier.signing.Signer;
import io.espalier.trust.Role;
import io.espalier.trust.TrustedRoot;
import io.espalier.trust.Verdict;
import io.espalier.trust.VerificationKey;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the next root. A running controller takes it from its folder within seconds, and devices follow. */
@Command(
        name = "keys",
        description = "Shows, rotates and revokes the keys that sign models and assignments.",
        footer = {
            "",
            "A root says which keys count: root keys sign roots, release keys sign models, assignment keys sign what a "
                    + "device is to do. Each change makes the next root. It counts once enough root keys of the old and "
                    + "of the new root have signed it; where not all of them are in the folder, the draft is written to "
                    + "a file, to be signed elsewhere with \"keys sign\" and brought back with \"keys install\".",
            "",
            "Exit code: 0 done, 1 more signatures are needed, 2 something does not make sense."
        })
final class KeysCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it.
    private CommandSpec spec;

    /** Where the keys are. */
    static class Place {
        @Option(
                names = "--keys",
                paramLabel = "DIR",
                defaultValue = "${sys:espalier.signing.keys:-.espalier/controller/signing}",
                description = "The folder of keys and roots (default: signing in the controller's data folder).")
        @SuppressWarnings("NullAway.Init")
        Path keys;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this text.")
        private boolean help;

        KeyFolder folder() {
            return new KeyFolder(keys);
        }
    }

    /** Where the keys are, and how the next root is made with them. */
    static final class Workplace extends Place {
        @Option(
                names = "--passphrase-file",
                paramLabel = "FILE",
                defaultValue = "${sys:espalier.signing.passphrase-file:-.espalier/controller/keys/signing.passphrase}",
                description =
                        "Its first line opens the keys (default: in the controller's data folder, keys/signing.passphrase).")
        @SuppressWarnings("NullAway.Init")
        private Path passphrase;

        @Option(
                names = "--days",
                paramLabel = "N",
                defaultValue = "365",
                description = "How many days the next root is good for (default: 365).")
        private int days;

        @Option(
                names = "--out",
                paramLabel = "FILE",
                defaultValue = "next.root",
                description = "Where a draft goes that needs more signatures (default: next.root).")
        @SuppressWarnings("NullAway.Init")
        private Path out;

        char[] passphrase() {
            return Passphrase.read(passphrase);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    @Command(
            name = "init",
            description =
                    "Draws one key for each role and makes root 1. A passphrase file that is not there is made, too.")
    int init(
            @Mixin Workplace place,
            @Option(
                            names = "--tenant",
                            paramLabel = "NAME",
                            defaultValue = "default",
                            description = "As espalier.tenant of the controller (default: default).")
                    String tenant) {
        if (place.folder().isMade()) {
            throw new InvalidInputException("There is a root in " + place.keys + " already");
        }
        boolean drawn = !Files.exists(place.passphrase);
        char[] passphrase = Passphrase.readOrDraw(place.passphrase, new SecureRandom());
        if (drawn) {
            out().println("There was no " + place.passphrase
                    + ": it has a passphrase now that was made up. Keep a copy; without it the keys are lost.");
        }
        TrustedRoot root =
                place.folder().make(tenant, passphrase, Instant.now(), lifetime(place), new SecureRandom(), List.of());
        out().println("Root " + root.version() + " of tenant " + tenant + " is in " + place.keys
                + ". Take the root-*.key away to where no network reaches, and keep a copy.");
        return SigningMain.DONE;
    }

    @Command(name = "show", description = "Says which keys the newest root knows, and which of them are in the folder.")
    int show(@Mixin Place place) {
        Path demo = Path.of(System.getProperty("espalier.signing.demo-keys", ".espalier/demo/controller/signing"));
        if (!place.folder().isMade() && new KeyFolder(demo).isMade()) {
            throw new InvalidInputException("There is no root in " + place.keys + ". Those of ./espalier demo are in "
                    + demo + ": add --keys " + demo);
        }
        RootText.print(place.folder(), out());
        return SigningMain.DONE;
    }

    @Command(name = "rotate", description = "Draws a new key for a role and lets the old ones of the role go.")
    int rotate(
            @Mixin Workplace place,
            @Parameters(paramLabel = "ROLE", description = "root, release or assignment") Role role) {
        RootDraft draft = RootDraft.after(place.folder().root());
        TrustedRoot root = place.folder().root();
        for (String id : root.role(role).keys().keySet()) {
            draft.remove(role, id);
        }
        for (int i = 0; i < root.role(role).threshold(); i++) {
            draft.add(role, drawn(place, role).publicKey());
        }
        return finish(place, draft);
    }

    @Command(name = "add", description = "Draws one more key for a role, or adds one that was drawn elsewhere.")
    int add(
            @Mixin Workplace place,
            @Parameters(paramLabel = "ROLE", description = "root, release or assignment") Role role,
            @Option(names = "--public", paramLabel = "FILE", description = "A public key, X.509 in DER or PEM.")
                    Path publicKey,
            @Option(
                            names = "--threshold",
                            paramLabel = "N",
                            description = "How many of the role's keys must sign from now on.")
                    Integer threshold) {
        RootDraft draft = RootDraft.after(place.folder().root());
        draft.add(role, publicKey == null ? drawn(place, role).publicKey() : RootFile.publicKey(publicKey));
        if (threshold != null) {
            draft.threshold(role, threshold);
        }
        return finish(place, draft);
    }

    @Command(name = "threshold", description = "Changes how many of a role's keys must sign.")
    int threshold(
            @Mixin Workplace place,
            @Parameters(paramLabel = "ROLE", description = "root, release or assignment") Role role,
            @Parameters(paramLabel = "N") int threshold) {
        return finish(place, RootDraft.after(place.folder().root()).threshold(role, threshold));
    }

    @Command(
            name = "revoke",
            description = "Takes a key out of service for ever; a role that is left without one gets a new one.")
    int revoke(
            @Mixin Workplace place,
            @Parameters(paramLabel = "KEY", description = "The first digits of its name suffice.") String key) {
        TrustedRoot root = place.folder().root();
        String id = only(root, key);
        RootDraft draft = RootDraft.after(root);
        for (Role role : Role.values()) {
            TrustedRoot.RoleKeys keys = root.role(role);
            if (keys.keys().containsKey(id) && keys.keys().size() <= keys.threshold()) {
                draft.add(role, drawn(place, role).publicKey());
            }
        }
        return finish(place, draft.revoke(id));
    }

    @Command(name = "renew", description = "Makes the next root with the same keys, good for another while.")
    int renew(@Mixin Workplace place) {
        return finish(place, RootDraft.after(place.folder().root()));
    }

    @Command(name = "sign", description = "Signs a draft of a root with one key; needs no controller and no network.")
    int sign(
            @Mixin Workplace place,
            @Parameters(paramLabel = "DRAFT") Path draft,
            @Option(names = "--key", paramLabel = "FILE", required = true, description = "A locked root key.")
                    Path key) {
        byte[] signed = RootFile.sign(RootFile.read(draft), KeyFolder.unlock(key, place.passphrase()));
        RootFile.write(draft, signed);
        out().println(draft + " bears " + RootFile.signatures(signed) + " signature"
                + (RootFile.signatures(signed) == 1 ? "" : "s") + " now.");
        return SigningMain.DONE;
    }

    @Command(name = "install", description = "Puts a root that is signed into the folder: from then on it counts.")
    int install(@Mixin Place place, @Parameters(paramLabel = "ROOT") Path file) {
        byte[] envelope = RootFile.read(file);
        if (place.folder().isMade()
                && place.folder().root().next(envelope) instanceof Verdict.Rejected<TrustedRoot> rejected) {
            SigningMain.complain(spec.commandLine(), "refused, " + rejected.rejection());
            return SigningMain.REFUSED;
        }
        place.folder().append(envelope);
        out().println("Root " + place.folder().root().version() + " counts from now on.");
        return SigningMain.DONE;
    }

    private static Signer drawn(Workplace place, Role role) {
        Signer signer = Signer.draw();
        place.folder().add(role, signer, place.passphrase(), new SecureRandom());
        return signer;
    }

    /** Signs with every root key that is in the folder, of the old root and of the new one. */
    private int finish(Workplace place, RootDraft draft) {
        KeyFolder folder = place.folder();
        List<Signer> signers = new ArrayList<>();
        for (Path file : folder.keyFiles()) {
            if (String.valueOf(file.getFileName()).startsWith(Role.ROOT.label() + "-")) {
                signers.add(KeyFolder.unlock(file, place.passphrase()));
            }
        }
        TrustedRoot before = folder.root();
        byte[] envelope = RootFile.envelope(draft.build(Instant.now(), lifetime(place)), before, signers);
        if (before.next(envelope) instanceof Verdict.Rejected<TrustedRoot> rejected) {
            RootFile.write(place.out, envelope);
            out().println("Root " + (before.version() + 1) + " needs more signatures ("
                    + rejected.rejection().detail() + "). The draft is " + place.out
                    + ": sign it with ./espalier keys sign, then ./espalier keys install");
            return SigningMain.REFUSED;
        }
        folder.append(envelope);
        out().println("Root " + folder.root().version()
                + " counts from now on; a running controller takes it within seconds.");
        return SigningMain.DONE;
    }

    private static Duration lifetime(Workplace place) {
        if (place.days < 1) {
            throw new InvalidInputException("--days " + place.days + " is too short: at least 1");
        }
        return Duration.ofDays(place.days);
    }

    private static String only(TrustedRoot root, String digits) {
        String wanted = digits.toLowerCase(Locale.ROOT);
        List<String> found = root.message().getKeysList().stream()
                .map(key -> key.getId())
                .filter(id -> id.startsWith(wanted))
                .toList();
        if (found.isEmpty()) {
            throw new InvalidInputException("no key of root " + root.version() + " begins with \"" + digits
                    + "\": it has " + named(root, id -> true));
        }
        if (found.size() > 1) {
            throw new InvalidInputException("\"" + digits + "\" begins " + found.size() + " keys of root "
                    + root.version() + ", " + named(root, found::contains) + ": give more digits");
        }
        return found.get(0);
    }

    /** Keys with the roles they have, for a person to choose from. */
    private static String named(TrustedRoot root, Predicate<String> which) {
        List<String> names = new ArrayList<>();
        for (Role role : Role.values()) {
            root.role(role).keys().keySet().stream()
                    .filter(which)
                    .sorted()
                    .forEach(id -> names.add(VerificationKey.shortly(id) + " (" + role.label() + ")"));
        }
        return String.join(", ", names);
    }
}
