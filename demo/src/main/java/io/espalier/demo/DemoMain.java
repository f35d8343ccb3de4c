package io.espalier.demo;

import io.espalier.demo.api.ProblemException;
import io.espalier.demo.story.Story;
import io.espalier.demo.story.StoryFailedException;
import io.espalier.demo.story.UnusableFolderException;
import io.espalier.demo.supervision.ChildFailedException;
import io.espalier.demo.supervision.DataFolder;
import io.espalier.demo.supervision.Ports;
import io.espalier.demo.supervision.Supervisor;
import io.espalier.host.FileTrouble;
import io.espalier.terminal.HelpLines;
import io.espalier.terminal.Screen;
import io.espalier.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of {@code ./espalier demo}. */
public final class DemoMain {
    static final int MISSED_CLAIM = 1;
    static final int UNUSABLE = 2;
    static final int STORY_FAILED = 3;
    private static final long LEAST_FREE_BYTES = 2L << 30;

    private DemoMain() {}

    public static void main(String[] arguments) {
        long start = System.nanoTime();
        DemoOptions options = new DemoOptions();
        CommandLine line = commandLine(options);
        line.setExecutionStrategy(parsed -> {
            Integer help = CommandLine.executeHelpRequest(parsed);
            return help != null ? help : run(options, start);
        });
        System.exit(line.execute(arguments));
    }

    /** What is wrong with the options is said in a line or two. */
    static CommandLine commandLine(DemoOptions options) {
        CommandLine line = HelpLines.on(new CommandLine(options))
                .registerConverter(int.class, text -> number(text, Integer::valueOf, "a whole number"))
                .registerConverter(Integer.class, text -> number(text, Integer::valueOf, "a whole number"))
                .registerConverter(Double.class, text -> number(text, Double::valueOf, "a number"));
        return line.setParameterExceptionHandler((problem, given) -> {
            line.getErr().println("espalier demo: " + problem.getMessage());
            UnmatchedArgumentException.printSuggestions(problem, line.getErr());
            line.getErr().println("See ./espalier demo --help");
            return UNUSABLE;
        });
    }

    private static <T> T number(String text, Function<String, T> parse, String expected) {
        try {
            return parse.apply(text.strip());
        } catch (NumberFormatException e) {
            throw new TypeConversionException("\"" + text + "\" is not " + expected);
        }
    }

    /** Tells the story by these options; answers the exit code. */
    static int run(DemoOptions options, long start) {
        Path project = Path.of(System.getProperty("espalier.project", "")).toAbsolutePath();
        boolean terminal = Boolean.getBoolean("espalier.terminal");
        try (Screen screen = Terminal.open(terminal, Integer.getInteger("espalier.columns", 0), System.getenv())) {
            options.refuseToForgetOthersFiles();
            try (DataFolder folder = DataFolder.take(options.folder(), LEAST_FREE_BYTES)) {
                options.refuseTakenPort();
                if (options.retrainBundledModel) {
                    return new BundledModelTraining(project, folder.path(), screen).run();
                }
                options.beginAnewIfAsked(folder.path());
                return tell(options, project, folder.path(), screen, start);
            }
        } catch (DataFolder.UnusableException | DemoOptions.UnusableException | UnusableFolderException e) {
            return complain(e, UNUSABLE);
        } catch (ChildFailedException | StoryFailedException | ProblemException | UncheckedIOException e) {
            return complain(e, STORY_FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return STORY_FAILED;
        } catch (IOException e) {
            System.err.println("espalier demo: The folder " + options.folder() + " cannot be used ("
                    + FileTrouble.inWords(e) + "): make room there, or choose another with --home");
            return STORY_FAILED;
        } catch (Exception e) {
            e.printStackTrace();
            return STORY_FAILED;
        }
    }

    private static int tell(DemoOptions options, Path project, Path folder, Screen screen, long start)
            throws Exception {
        Supervisor supervisor = new Supervisor(screen::note);
        Thread onInterrupt = new Thread(() -> stop(screen, supervisor), "stop");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try {
            int port = options.port == 0 ? Ports.anyFree() : options.port;
            Story story = new Story(options.input(), project, folder, port, screen, supervisor, start);
            Judgement judgement = new Judgement(story.tell());
            if (options.assertClaims) {
                judgement.tell(screen, folder.resolve("logs"));
            }
            if (!options.headless) {
                story.tellConsole();
                new CountDownLatch(1).await();
            }
            screen.say("    Everything stops now. ./espalier demo goes on from here and keeps the console open.");
            return options.assertClaims && !judgement.allHold() ? MISSED_CLAIM : 0;
        } finally {
            stop(screen, supervisor);
        }
    }

    private static void stop(Screen screen, Supervisor supervisor) {
        screen.close();
        if (!supervisor.processIds().isEmpty()) {
            screen.say("Stopping agents, controller and stack ...");
        }
        supervisor.close();
    }

    private static int complain(Exception problem, int exitCode) {
        System.err.println("espalier demo: " + problem.getMessage());
        return exitCode;
    }
}
