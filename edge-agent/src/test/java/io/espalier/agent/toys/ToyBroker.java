package io.espalier.agent.toys;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.ToIntFunction;

/**
 * An MQTT 5 broker that passes nothing on: it lets anybody in, answers each subscription as a test wants it, and acknowledges what
 * is published once as much is under way as it takes.
 */
public final class ToyBroker implements AutoCloseable {
    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int SUBSCRIBE = 8;

    private final ServerSocket server;
    private final ToIntFunction<String> answers;
    private final int receiveMaximum;
    private final List<Socket> open = new ArrayList<>();
    private final BlockingQueue<String> published = new LinkedBlockingQueue<>();

    private ToyBroker(ServerSocket server, ToIntFunction<String> answers, int receiveMaximum) {
        this.server = server;
        this.answers = answers;
        this.receiveMaximum = receiveMaximum;
    }

    /** {@code answers} gives the reason code for each topic that is subscribed to. */
    public static ToyBroker start(ToIntFunction<String> answers) throws IOException {
        return start(answers, 1);
    }

    /** {@code receiveMaximum} is how many messages it takes unacknowledged, and says so. */
    public static ToyBroker start(ToIntFunction<String> answers, int receiveMaximum) throws IOException {
        ToyBroker broker =
                new ToyBroker(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), answers, receiveMaximum);
        daemon(broker::accept);
        return broker;
    }

    /** Topic and payload, as text, of each message in turn. */
    public BlockingQueue<String> published() {
        return published;
    }

    public String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                synchronized (open) {
                    open.add(socket);
                }
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            List<byte[]> unacknowledged = new ArrayList<>();
            while (true) {
                int header = in.readUnsignedByte();
                ByteBuffer body = ByteBuffer.wrap(in.readNBytes(number(in)));
                answer(header, body, unacknowledged, socket.getOutputStream());
            }
        } catch (EOFException e) {
            // The client is gone.
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void answer(int header, ByteBuffer body, List<byte[]> unacknowledged, OutputStream out) throws IOException {
        switch (header >> 4) {
            case CONNECT ->
                out.write(new byte[] {0x20, 6, 0, 0, 3, 0x21, (byte) (receiveMaximum >> 8), (byte) receiveMaximum});
            case PUBLISH -> {
                String topic = text(body);
                if ((header & 6) != 0) {
                    unacknowledged.add(new byte[] {0x40, 2, body.get(), body.get()});
                }
                body.position(body.position() + 1 + body.get(body.position()));
                published.add(topic + " " + StandardCharsets.UTF_8.decode(body));
                if (unacknowledged.size() == receiveMaximum) {
                    for (byte[] each : unacknowledged) {
                        out.write(each);
                    }
                    unacknowledged.clear();
                }
            }
            case SUBSCRIBE -> {
                byte[] id = {body.get(), body.get()};
                body.position(body.position() + 1 + body.get(body.position())); // Properties, which are few.
                int reason = answers.applyAsInt(text(body));
                out.write(new byte[] {(byte) 0x90, 4, id[0], id[1], 0, (byte) reason});
            }
            default -> {} // A client that does not stay for long needs no more.
        }
    }

    private static String text(ByteBuffer body) {
        byte[] text = new byte[Short.toUnsignedInt(body.getShort())];
        body.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** A length, seven bits a byte, the lowest first. */
    private static int number(DataInputStream in) throws IOException {
        int number = 0;
        for (int shift = 0; ; shift += 7) {
            int next = in.readUnsignedByte();
            number |= (next & 0x7f) << shift;
            if (next < 0x80) {
                return number;
            }
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "toy-broker");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        synchronized (open) {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
