package io.espalier.agent;

import io.espalier.agent.config.AgentConfig;
import io.espalier.agent.config.AgentConfigReader;
import io.espalier.agent.config.ConfigException;
import io.espalier.agent.config.SettingsHelp;
import io.espalier.agent.state.StateDirectory;
import io.espalier.agent.state.StateUnusableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the agent: {@code --config FILE}. Exit codes: {@link ExitCode}. */
public final class AgentMain {
    private static final Logger LOG = LoggerFactory.getLogger(AgentMain.class);
    private static final String CONFIG = "--config";

    private AgentMain() {}

    public static void main(String[] args) {
        if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
            System.out.print(SettingsHelp.TEXT);
            return;
        }
        CompletableFuture<ExitCode> end = new CompletableFuture<>();
        CompletableFuture<Agent> running = new CompletableFuture<>();
        AtomicReference<Runnable> takeBack = new AtomicReference<>(Restoration.NOTHING);
        stopOnSignal(running, end, takeBack);
        ExitCode early = start(args, running, end, takeBack);
        if (early != ExitCode.STOPPED) {
            end.complete(early);
        }
        System.exit(end.join().number());
    }

    /** Starts everything, or answers why not. */
    private static ExitCode start(
            String[] args,
            CompletableFuture<Agent> running,
            CompletableFuture<ExitCode> end,
            AtomicReference<Runnable> takeBack) {
        try {
            AgentConfig config = new AgentConfigReader(System.getenv()).read(configFile(args));
            running.complete(start(config, end, takeBack));
            if (config.exitWithParent() || Boolean.getBoolean("espalier.exit-with-parent")) {
                stopWithParent(end);
            }
            return ExitCode.STOPPED;
        } catch (PortTakenException e) {
            System.err.println("espalier agent: " + e.getMessage());
            return ExitCode.PORT_TAKEN;
        } catch (ConfigException | BadSettingException e) {
            System.err.println("espalier agent: " + e.getMessage());
            return ExitCode.BAD_CONFIGURATION;
        } catch (StateUnusableException e) {
            System.err.println("espalier agent: " + e.getMessage());
            return ExitCode.STATE_UNUSABLE;
        } catch (RuntimeException | Error e) {
            LOG.error("The agent cannot start", e);
            return ExitCode.FAILED;
        }
    }

    private static Path configFile(String[] args) throws BadSettingException {
        if (args.length == 2 && args[0].equals(CONFIG)) {
            return Path.of(args[1]);
        }
        if (args.length == 1 && args[0].startsWith(CONFIG + "=")) {
            return Path.of(args[0].substring(CONFIG.length() + 1));
        }
        throw new BadSettingException((args.length == 0
                        ? "The agent needs a configuration"
                        : "The agent does not understand \"" + String.join(" ", args) + "\"")
                + ": start it with --config FILE, a properties file; --help says what goes into it");
    }

    private static Agent start(AgentConfig config, CompletableFuture<ExitCode> end, AtomicReference<Runnable> takeBack)
            throws StateUnusableException, BadSettingException {
        StateDirectory state = StateDirectory.open(config.stateDir());
        try {
            return Agent.start(config, state, Clock.systemUTC(), end, takeBack);
        } catch (IOException e) {
            throw StateUnusableException.of(config.stateDir(), e);
        }
    }

    /** A signal that comes before there is an agent finds nothing to stop; only that a model is loaded then is taken back. */
    private static void stopOnSignal(
            CompletableFuture<Agent> running, CompletableFuture<ExitCode> end, AtomicReference<Runnable> takeBack) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            ExitCode why = end.getNow(ExitCode.STOPPED);
                            Agent agent = running.getNow(null);
                            if (agent != null) {
                                agent.stop(why);
                            } else if (!end.isDone()) {
                                Objects.requireNonNull(takeBack.get()).run();
                            }
                            // Without this a JVM ended by SIGTERM says 143.
                            Runtime.getRuntime().halt(why.number());
                        },
                        "espalier-stop"));
    }

    private static void stopWithParent(CompletableFuture<ExitCode> end) {
        Thread watcher = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {}
                    } catch (IOException e) {
                        // A broken pipe means the same as its end.
                    }
                    end.complete(ExitCode.STOPPED);
                },
                "espalier-parent");
        watcher.setDaemon(true);
        watcher.start();
    }
}
