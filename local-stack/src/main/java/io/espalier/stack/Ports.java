package io.espalier.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback address. */
final class Ports {
    static final String LOOPBACK = "127.0.0.1";

    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int MAX_ATTEMPTS = 1_000;

    private Ports() {}

    /**
     * Ports nobody uses now, all different.
     *
     * <p>They lie below those that systems lend to outgoing connections. A server that comes back on its recorded port
     * would else sometimes find a client there; one that keeps calling it may even have been connected to itself.
     */
    static List<Integer> free(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int attempt = 0; sockets.size() < count && attempt < MAX_ATTEMPTS; attempt++) {
                try {
                    sockets.add(bind(ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1)));
                } catch (BindException e) {
                    // Taken; there are thousands of others.
                }
            }
            if (sockets.size() < count) {
                throw new StackException(
                        StackException.Kind.FAILED,
                        "No free port found on " + LOOPBACK + " from " + LOWEST + " to " + HIGHEST + " in "
                                + MAX_ATTEMPTS + " attempts");
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look for a free port on " + LOOPBACK, e);
        } finally {
            sockets.forEach(Ports::close);
        }
    }

    /** Throws when somebody else listens on one of these, naming each such port, its server and its option. */
    static void requireFree(Map<Service, Integer> ports) {
        List<String> problems = new ArrayList<>();
        new TreeMap<>(ports).forEach((service, port) -> {
            try {
                close(bind(port));
            } catch (IOException e) {
                problems.add("Port " + port + " for " + service.label() + " cannot be used (" + e.getMessage()
                        + "): stop what listens there, or choose another, such as " + service.portOption() + " "
                        + free(1).get(0));
            }
        });
        if (!problems.isEmpty()) {
            throw new StackException(StackException.Kind.BAD_CONFIGURATION, String.join("\n", problems));
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(LOOPBACK), port));
            return socket;
        } catch (IOException e) {
            close(socket);
            throw e;
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release port " + socket.getLocalPort(), e);
        }
    }
}
