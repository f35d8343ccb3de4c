package io.espalier.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The command line of {@link StackMain}.
 *
 * @param ports those that were chosen; the others are the stack's business
 * @param pki empty where Kafka and MQTT answer anybody, in the clear
 */
record StackOptions(Path data, Map<Service, Integer> ports, Optional<Pki> pki, boolean exitWithParent) {
    private static final String DATA = "--data";
    private static final String PKI = "--pki";
    private static final String PKI_PASSPHRASE = "--pki-passphrase";
    private static final Set<String> PATHS = Set.of(DATA, PKI, PKI_PASSPHRASE);

    static final String USAGE = """
            Usage: ./espalier stack [--data DIR] [--kafka-port N] [--mqtt-port N]
                                    [--postgres-port N] [--exit-with-parent]
                                    [--pki DIR --pki-passphrase FILE]

            Runs Kafka, MQTT and PostgreSQL on the loopback address until Ctrl-C, and prints
            READY with their addresses.
              --data DIR           where they keep their data (default: .espalier/stack)
              --kafka-port N       likewise --mqtt-port and --postgres-port; a port that is
                                   not given is the one DIR was used with before, or a free
                                   one
              --pki DIR            the folder of the certificate authority, which is made
                                   where there is none: Kafka and MQTT then speak TLS only,
                                   to clients with a certificate of that authority, and each
                                   client may do what its certificate says
              --pki-passphrase FILE
                                   what locks the authority's key; drawn where FILE is
                                   missing
              --exit-with-parent   stop as well when standard input ends
              -h, --help           show this text

            Exit code: 0 stopped, 1 a server failed, 2 bad options or a port in use, 4 DIR
            cannot be used.
            """;

    /** Where the certificate authority is. */
    record Pki(Path folder, Path passphraseFile) {}

    StackOptions {
        ports = Map.copyOf(ports);
    }

    /** Throws a {@link StackException} that lists everything wrong with the arguments. */
    static StackOptions parse(String... arguments) {
        List<String> problems = new ArrayList<>();
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        Map<String, String> paths = new HashMap<>();
        boolean exitWithParent = false;
        for (int i = 0; i < arguments.length; i++) {
            int equals = arguments[i].startsWith("--") ? arguments[i].indexOf('=') : -1;
            String option = equals < 0 ? arguments[i] : arguments[i].substring(0, equals);
            if (option.equals("--exit-with-parent")) {
                exitWithParent = true;
                continue;
            }
            Optional<Service> service = serviceOf(option);
            if (service.isEmpty() && !PATHS.contains(option)) {
                problems.add("Unknown option \"" + option + "\"");
                continue;
            }
            if (equals < 0 && i + 1 == arguments.length) {
                problems.add(option + " needs a value");
                continue;
            }
            String value = equals < 0 ? arguments[++i] : arguments[i].substring(equals + 1);
            if (service.isEmpty()) {
                paths.put(option, value);
            } else {
                parsePort(option, value, problems).ifPresent(port -> ports.put(service.get(), port));
            }
        }
        String data = paths.get(DATA);
        if (data == null) {
            problems.add("--data DIR is missing");
        }
        if (paths.containsKey(PKI) != paths.containsKey(PKI_PASSPHRASE)) {
            problems.add(PKI + " DIR and " + PKI_PASSPHRASE + " FILE go together");
        }
        if (data != null && data.contains(",")) {
            problems.add("--data \"" + data + "\" must not contain a comma, which Kafka takes for the end of a path");
        }
        if (ports.values().stream().distinct().count() < ports.size()) {
            problems.add("Two servers cannot share one port: " + ports);
        }
        if (data == null || !problems.isEmpty()) {
            throw new StackException(
                    StackException.Kind.BAD_CONFIGURATION,
                    String.join("\n", problems) + "\nSee ./espalier stack --help");
        }
        return new StackOptions(absolute(data), ports, pki(paths), exitWithParent);
    }

    private static Optional<Pki> pki(Map<String, String> paths) {
        String folder = paths.get(PKI);
        String passphraseFile = paths.get(PKI_PASSPHRASE);
        return folder == null || passphraseFile == null
                ? Optional.empty()
                : Optional.of(new Pki(absolute(folder), absolute(passphraseFile)));
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }

    private static Optional<Service> serviceOf(String option) {
        return Service.all().stream()
                .filter(service -> service.portOption().equals(option))
                .findAny();
    }

    private static Optional<Integer> parsePort(String option, String value, List<String> problems) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 1 && port <= 65535) {
                return Optional.of(port);
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        problems.add(option + " must be a port from 1 to 65535, not \"" + value + "\"");
        return Optional.empty();
    }
}
