package io.espalier.controller;

import io.espalier.host.FileClaim;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Reference;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Starts the controller. {@code --port N} is short for {@code -Dquarkus.http.port=N}. */
@QuarkusMain
public final class ControllerMain implements QuarkusApplication {
    /** Bad configuration, in the exit codes that all processes of Espalier share. */
    static final int EXIT_BAD_CONFIGURATION = 2;

    private static final Logger LOG = Logger.getLogger("espalier");
    private static final int EXIT_ORPHANED = 1;
    private static final String COMPLAINT = "espalier controller: ";
    private static final String USUAL_DATA_FOLDER = ".espalier/controller";
    private static final Duration LONGEST_STOP = Duration.ofSeconds(15);

    public static void main(String[] args) {
        FileClaim lock = null;
        try {
            portOf(args);
            requireFreePort();
            lock = DataFolderLock.take(Path.of(setting("espalier.data.dir", USUAL_DATA_FOLDER)));
        } catch (IllegalArgumentException e) {
            System.err.println(COMPLAINT + e.getMessage());
            System.exit(EXIT_BAD_CONFIGURATION);
        }
        if (Boolean.getBoolean("espalier.exit-with-parent")) {
            exitWithParent();
        }
        Quarkus.run(ControllerMain.class, ControllerMain::explain, args);
        Reference.reachabilityFence(lock); // Collected, it would no longer be held.
    }

    @Override
    public int run(String... args) {
        LOG.info(consoleAt(
                ConfigProvider.getConfig().getValue("quarkus.http.host", String.class),
                ConfigProvider.getConfig().getValue("quarkus.http.port", Integer.class)));
        Quarkus.waitForExit();
        return 0;
    }

    /** @param port that is listened on */
    static String consoleAt(String host, int port) {
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
        String shown = everywhere ? "127.0.0.1" : host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return "Console http://" + shown + ":" + port
                + (everywhere ? ", and at every other address of this machine" : "");
    }

    private static void portOf(String[] args) {
        for (int i = 0; i < args.length; i++) {
            String value;
            if (args[i].equals("--port") && i + 1 < args.length) {
                value = args[++i];
            } else if (args[i].startsWith("--port=")) {
                value = args[i].substring("--port=".length());
            } else if (args[i].equals("--port")) {
                throw new IllegalArgumentException("--port needs a number: the port to listen on, 0 for any free one");
            } else {
                throw new IllegalArgumentException(
                        "Unknown argument \"" + args[i]
                                + "\". The controller takes --port N; everything else is a setting such as -Dquarkus.http.host=...");
            }
            if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65_535) {
                throw new IllegalArgumentException("--port \"" + value + "\" is not a port: use 0 to 65535");
            }
            System.setProperty("quarkus.http.port", value);
        }
    }

    /** Found out before a controller that runs there is disturbed: its broker session, its workers. */
    private static void requireFreePort() {
        String host = setting("quarkus.http.host", "127.0.0.1");
        requireFree(host, setting("quarkus.http.port", StartFailure.USUAL_PORT), "--port ");
        requireFree(
                host,
                setting(StartFailure.AGENT_PORT, StartFailure.USUAL_AGENT_PORT),
                "-D" + StartFailure.AGENT_PORT + "=");
    }

    /** {@code option} is how to choose another. */
    static void requireFree(String host, String port, String option) {
        if (!port.matches("\\d{1,5}") || port.equals("0")) {
            return; // Quarkus says what is wrong with a port that is none.
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, Integer.parseInt(port)));
        } catch (BindException e) {
            throw new IllegalArgumentException(
                    StartFailure.portTaken(port, option).message());
        } catch (IOException | IllegalArgumentException e) {
            // Something else than a neighbour: Quarkus will meet it, too.
        }
    }

    private static String setting(String name, String otherwise) {
        String variable = name.replace('.', '_').toUpperCase(Locale.ROOT);
        return System.getProperty(name, System.getenv().getOrDefault(variable, otherwise));
    }

    private static void explain(int exitCode, @Nullable Throwable failure) {
        System.exit(failure == null ? exitCode : report(exitCode, failure));
    }

    private static int report(int exitCode, Throwable failure) {
        StartFailure known = StartFailure.of(failure);
        if (known == null) {
            failure.printStackTrace(System.err);
            return exitCode == 0 ? 1 : exitCode;
        }
        System.err.println(COMPLAINT + known.message());
        return EXIT_BAD_CONFIGURATION;
    }

    /** A supervisor holds our standard input open; its end means that the supervisor is gone. */
    private static void exitWithParent() {
        InputStream parent = System.in;
        Thread watch = new Thread(
                () -> {
                    try {
                        while (parent.read() >= 0) {
                            // Whatever the parent writes is of no interest, only that it lives.
                        }
                    } catch (IOException e) {
                        // A broken pipe says the same as its end.
                    }
                    Quarkus.asyncExit(0);
                    haltUnlessStopped();
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** An exit asked for in the middle of a start can be lost; nothing may outlive its supervisor for that. */
    private static void haltUnlessStopped() {
        try {
            Thread.sleep(LONGEST_STOP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(EXIT_ORPHANED);
    }
}
