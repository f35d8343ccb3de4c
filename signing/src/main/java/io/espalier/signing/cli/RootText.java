package io.espalier.signing.cli;

import io.espalier.signing.KeyFolder;
import io.espalier.trust.Role;
import io.espalier.trust.TrustedRoot;
import io.espalier.trust.VerificationKey;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes a root for people. */
final class RootText {
    private RootText() {}

    static void print(KeyFolder folder, PrintWriter out) {
        TrustedRoot root = folder.root();
        Set<String> here = folder.keyFiles().stream()
                .map(file -> String.valueOf(file.getFileName()))
                .collect(Collectors.toSet());
        print(root, out);
        for (Role role : Role.values()) {
            for (String id : root.role(role).keys().keySet()) {
                String file = role.label() + "-" + VerificationKey.shortly(id) + ".key";
                out.println(file + (here.contains(file) ? " is here" : " is elsewhere"));
            }
        }
    }

    static void print(TrustedRoot root, PrintWriter out) {
        LabelledLines lines = new LabelledLines(out);
        out.println("Root " + root.version() + " of tenant " + ReleaseText.plain(root.tenant()));
        lines.line("Good", LabelledLines.span(root.issuedAt(), root.expiresAt()));
        for (Role role : Role.values()) {
            TrustedRoot.RoleKeys keys = root.role(role);
            lines.line(
                    capital(role.label()),
                    "needs " + keys.threshold() + " of "
                            + keys.keys().values().stream()
                                    .map(key -> VerificationKey.shortly(key.id()) + " ("
                                            + VerificationKey.signatureName(key.algorithm()) + ")")
                                    .sorted()
                                    .collect(Collectors.joining(", ")));
        }
        lines.line(
                "Revoked",
                root.message().getRevokedKeyIdsList().stream()
                        .map(id -> VerificationKey.shortly(ReleaseText.plain(id)))
                        .toList());
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
