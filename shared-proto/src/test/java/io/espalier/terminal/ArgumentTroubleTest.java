package io.espalier.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** What is said of arguments that are wrong. */
class ArgumentTroubleTest {
    @Command(
            name = "./espalier grow",
            subcommands = {Plant.class, Cut.class})
    static final class Grow {}

    @Command(name = "plant")
    static final class Plant implements Runnable {
        @Parameters(paramLabel = "TREE", converter = Trees.class)
        private String tree = "";

        @Option(names = "--where", paramLabel = "PLACE", required = true)
        private String where = "";

        @Override
        public void run() {}
    }

    @Command(name = "cut")
    static final class Cut implements Runnable {
        @Override
        public void run() {}
    }

    static final class Trees implements CommandLine.ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.equals("lamp")) {
                throw new TypeConversionException("\"lamp\" is no tree");
            }
            return text;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plant pear --where wall --wher x   | there is no option --wher: maybe --where is meant",
                "plant pear --where wall --zzz=1    | there is no option --zzz",
                "plant pear --where wall extra      | \"extra\" is an argument too many",
                "plant pear --where wall a b        | \"a\" and \"b\" are arguments too many",
                "plant lamp --where wall            | TREE: \"lamp\" is no tree",
                "water                              | there is no command \"water\": there are cut, plant",
                "plant pear                         | Missing required option: '--where=PLACE'",
            })
    void saysItPlainly(String arguments, String expected) {
        AtomicReference<String> said = new AtomicReference<>("");
        CommandLine line = new CommandLine(new Grow()).setParameterExceptionHandler((problem, given) -> {
            said.set(ArgumentTrouble.inWords(problem));
            return 2;
        });

        assertThat(line.execute(arguments.split(" "))).isEqualTo(2);

        assertThat(said.get()).isEqualTo(expected);
    }
}
