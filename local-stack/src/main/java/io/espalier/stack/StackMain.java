package io.espalier.stack;

import io.espalier.pki.AuthorityFolder;
import io.espalier.signing.CustodyException;
import io.espalier.signing.Passphrase;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.internals.Exit;

/**
 * Runs the stack as a process of its own until it is told to stop.
 *
 * <p>Standard output: a line or two for people, then {@code READY } and one JSON object with the contents of
 * {@code stack.properties}. Exit codes: 0 stopped, 1 a server failed, 2 bad options or a port in use, 4 data
 * directory unusable or in use.
 */
public final class StackMain {
    private static final long LEAST_FREE_BYTES = 256L << 20;

    private StackMain() {}

    /** See {@link StackOptions#USAGE}. */
    public static void main(String[] arguments) {
        if (List.of(arguments).contains("--help") || List.of(arguments).contains("-h")) {
            System.out.print(StackOptions.USAGE);
            return;
        }
        try {
            run(StackOptions.parse(arguments));
        } catch (StackException e) {
            System.err.println("espalier stack: " + e.getMessage());
            System.exit(e.kind().exitCode());
        } catch (CustodyException e) {
            System.err.println("espalier stack: " + e.getMessage());
            System.exit(StackException.Kind.DIRECTORY_UNUSABLE.exitCode());
        }
    }

    private static void run(StackOptions options) {
        long startNanos = System.nanoTime();
        StackFolder folder = StackFolder.open(options.data());
        folder.requireRoom(LEAST_FREE_BYTES);
        try {
            StackLog.appendTo(folder.log());
        } catch (IOException e) {
            throw new StackException(
                    StackException.Kind.DIRECTORY_UNUSABLE, "Cannot write the log " + folder.log() + ": " + e, e);
        }
        // From here on every end of this process, wanted or not, runs the hook, which waits for a start under way.
        Shutdown shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown, "stop stack"));
        if (options.exitWithParent()) {
            exitWhenInputEnds();
        }
        Consumer<String> whenLost = why -> {
            System.err.println(why);
            shutdown.lost();
        };
        Exit.Procedure kafkaGivesUp = (code, why) -> whenLost.accept(
                "Kafka gave up (" + (why == null ? "is the disk full?" : why) + "); see " + folder.log());
        Exit.setHaltProcedure(kafkaGivesUp);
        Exit.setExitProcedure(kafkaGivesUp);
        Optional<AuthorityFolder> authority = options.pki().map(StackMain::authority);
        System.out.println("Starting Kafka, MQTT and PostgreSQL in " + folder.path());
        Stack stack;
        try {
            stack = new RunningStack(new InProcessServers(
                            folder.path(), PostgresBinaries.cacheOr(folder.path()), folder.log(), authority, whenLost)
                    .start(folder.ports(options.ports())));
            shutdown.started(stack);
        } catch (StackException e) {
            if (shutdown.isUnderWay()) {
                shutdown.failed(0);
                return;
            }
            shutdown.failed(e.kind().exitCode());
            throw e;
        }
        Map<String, String> published = folder.publish(stack.endpoints());
        System.out.printf(
                "Started in %.1f s, warnings go to %s%n", (System.nanoTime() - startNanos) / 1e9, folder.log());
        System.out.println("READY " + json(published));
    }

    private static AuthorityFolder authority(StackOptions.Pki pki) {
        SecureRandom random = new SecureRandom();
        char[] passphrase = Passphrase.readOrDraw(pki.passphraseFile(), random);
        return AuthorityFolder.open(pki.folder(), passphrase, Clock.systemUTC(), random);
    }

    private static void exitWhenInputEnds() {
        Thread watch = new Thread(
                () -> {
                    try (InputStream in = System.in) {
                        while (in.read() >= 0) {}
                    } catch (IOException e) {
                        // As good as the end.
                    }
                    System.exit(0);
                },
                "watch parent");
        watch.setDaemon(true);
        watch.start();
    }

    private static String json(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> quote(entry.getKey()) + ":" + quote(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
