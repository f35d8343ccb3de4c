package io.espalier.controller.upload;

import io.espalier.controller.problem.Problem;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tells a failed upload as a problem. */
public final class UploadProblems {
    private UploadProblems() {}

    /** Refuses by the length that the sender declares, before any of it is sent in vain; null where it declares none. */
    public static void requireLegal(@Nullable Long declaredBytes, long maxBytes, String what) {
        if (declaredBytes != null && declaredBytes > maxBytes) {
            throw of(new Upload.Outcome.TooLarge(maxBytes), what).exception();
        }
    }

    /** The received file, or the problem as an exception. */
    public static Upload.Outcome.Received orThrow(Upload.Outcome outcome, String what) {
        if (outcome instanceof Upload.Outcome.Received received) {
            return received;
        }
        throw of(outcome, what).exception();
    }

    /** What a received file could not be unpacked for, as far as that is the disk's fault. */
    public static Problem unwritten(IOException failure, Path folder, String what) {
        return of(Upload.unwritten(failure, folder), what);
    }

    private static Problem of(Upload.Outcome outcome, String what) {
        if (outcome instanceof Upload.Outcome.NoSpace full) {
            return Problem.of(
                    507,
                    "disk-full",
                    "No space left",
                    "The " + what + " does not fit on the disk of " + full.folder()
                            + ". Nothing of it was kept; free some space and upload it again");
        }
        if (outcome instanceof Upload.Outcome.Unwritable broken) {
            return Problem.of(
                    500,
                    "disk-unwritable",
                    "Cannot be kept",
                    "The " + what + " cannot be written to " + broken.folder() + " (" + broken.reason()
                            + "). Nothing of it was kept; let the controller write there and upload it again");
        }
        if (outcome instanceof Upload.Outcome.TooLarge large) {
            return Problem.of(
                            413,
                            "upload-too-large",
                            "Too large",
                            "The " + what + " is larger than the " + large.maxBytes() + " bytes that are allowed here")
                    .with("maxBytes", large.maxBytes());
        }
        if (outcome instanceof Upload.Outcome.Empty) {
            return Problem.of(400, "upload-empty", "Empty upload", "The " + what + " is empty: send it as the body");
        }
        String reason = outcome instanceof Upload.Outcome.Interrupted interrupted ? interrupted.reason() : "unknown";
        return Problem.of(
                400,
                "upload-interrupted",
                "Upload interrupted",
                "The " + what + " did not arrive whole (" + reason + "). Nothing of it was kept; upload it again");
    }
}
