package io.espalier.faults.network;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.net.URI;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Many MQTT connections of one fleet, each of which comes back by itself, and all of them at once when the broker does. */
public final class Crowd implements AutoCloseable {
    private static final long SEED = 3;
    private static final int KEEP_ALIVE_SECONDS = 300;
    private static final int LEAST_WAIT_MILLIS = 200;
    private static final int LONGEST_WAIT_MILLIS = 3000;

    private final EventLoopGroup loop = new NioEventLoopGroup(1);
    private final Bootstrap bootstrap;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final int size;
    private int connected;
    private volatile boolean closing;

    public Crowd(String mqttUrl, int size) {
        URI broker = URI.create(mqttUrl);
        this.size = size;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .remoteAddress(broker.getHost(), broker.getPort());
        for (int i = 0; i < size; i++) {
            connect("crowd-" + i);
        }
    }

    private void connect(String client) {
        if (closing) {
            return;
        }
        bootstrap
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new MqttDecoder(), MqttEncoder.INSTANCE, new Member(client));
                    }
                })
                .connect()
                .addListener(result -> {
                    if (!result.isSuccess()) {
                        connectSoon(client);
                    }
                });
    }

    private void connectSoon(String client) {
        if (!closing) {
            loop.schedule(
                    () -> connect(client),
                    random.nextInt(LEAST_WAIT_MILLIS, LONGEST_WAIT_MILLIS),
                    TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void change(int by) {
        connected += by;
        notifyAll();
    }

    /** Waits until the broker has accepted every one. */
    public synchronized void awaitAll(Duration limit) throws InterruptedException {
        await(size, limit);
    }

    /** Waits until every one has lost its connection. */
    public synchronized void awaitNone(Duration limit) throws InterruptedException {
        await(0, limit);
    }

    private synchronized void await(int count, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (connected != count) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new IllegalStateException(
                        connected + " of " + size + " are connected after " + limit.toSeconds() + " s");
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    @Override
    public void close() {
        closing = true;
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private final class Member extends SimpleChannelInboundHandler<MqttMessage> {
        private final String client;
        private boolean accepted;

        Member(String client) {
            this.client = client;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(MqttMessageBuilders.connect()
                    .protocolVersion(MqttVersion.MQTT_5)
                    .clientId(client)
                    .cleanSession(true)
                    .keepAlive(KEEP_ALIVE_SECONDS)
                    .build());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, MqttMessage message) {
            if (message instanceof MqttConnAckMessage answer
                    && answer.variableHeader().connectReturnCode() == MqttConnectReturnCode.CONNECTION_ACCEPTED) {
                accepted = true;
                change(1);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (accepted) {
                change(-1);
            }
            connectSoon(client);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            context.close();
        }
    }
}
