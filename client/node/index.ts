/** The client library on Node: all of it, transports over UDP, TCP, TLS and WebSocket, and pictures without a canvas. */
export * from '../index.ts'
export { createImagePreparation } from './image-preparation.ts'
export type { ResizeImage } from './image-preparation.ts'
export type { SipServer } from './sip-server.ts'
export { sipTransportTo } from './sip-transports.ts'
export { webSocketTransportTo } from './web-socket-transport.ts'
