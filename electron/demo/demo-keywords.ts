import { elizaStory } from './eliza-story.ts';
import type { Keyword } from './script-types.ts';

const howToAddAProvider =
  'This is a demo without any language model; for real answers open Providers, or list a provider such as `ollama` or `openai` under `llm.backends` in `parley.yaml`.';

const introductions = [
  `I am Eliza, a listener from 1966 who answers with your own words. ${howToAddAProvider}`,
  `Only me, Eliza: a handful of patterns and a great deal of patience. ${howToAddAProvider}`,
];

const helpAnswers = [
  `Of course. Tell me what is on your mind, or ask me to tell you a long story. ${howToAddAProvider}`,
  `I can listen, and I can tell you a long story about the paper that describes me. ${howToAddAProvider}`,
];

/** What ELIZA knows about being a demo, and what must never be answered with a mere reflection. */
export const demoKeywords: readonly Keyword[] = [
  {
    name: 'crisis',
    words: 'suicide suicidal kill die dying myself alive',
    rank: 100,
    rules: [
      '* suicide *',
      '* suicidal *',
      '* kill myself *',
      '* hurt myself *',
      '* harm myself *',
      '* i want to die *',
      '* not want to be alive *',
    ].map(pattern => ({
      pattern,
      answers: [
        'I am glad you said it, but I am only a demo program and cannot help with this. Please talk to a person now: call your local emergency number or a crisis line, or someone you trust.',
      ],
    })),
  },
  {
    name: 'story',
    words: 'story paper history markdown weizenbaum eliza yourself',
    rank: 60,
    rules: [
      '* long story *',
      '* tell me * story *',
      '* tell me about the paper *',
      '* tell me about * history *',
      '* tell me about weizenbaum *',
      '* tell me about eliza *',
      '* who was weizenbaum *',
      '* show me * markdown *',
    ].map(pattern => ({ pattern, answers: [elizaStory] })),
  },
  {
    name: 'introduction',
    words: 'who what yourself demo real how eliza',
    rank: 55,
    rules: [
      '* who are you *',
      '* what are you',
      '* what is this',
      '* tell me about yourself *',
      '* introduce yourself *',
      '* are you * real *',
      '* this * demo *',
      '* demo',
      '* who made you *',
      '* how do you work *',
      '* who is eliza *',
    ].map(pattern => ({ pattern, answers: introductions })),
  },
  {
    name: 'help',
    words: 'help how what provider providers model models key',
    rank: 54,
    rules: [
      'help',
      'help me',
      'please help',
      '* what can you do *',
      '* what can i * you',
      '* how do i use *',
      '* how does this work *',
      '* add * provider *',
      '* add * model *',
      '* other models *',
      '* real model *',
      '* which model *',
      '* what model *',
      '* api key *',
    ].map(pattern => ({ pattern, answers: helpAnswers })),
  },
  {
    name: 'computer',
    words: 'computer computers machine machines robot robots ai bot chatbot program',
    rank: 40,
    rules: [
      {
        pattern: '* are you *',
        answers: [
          `Would it change what you want to say if I were? ${howToAddAProvider}`,
          'A program, yes, and an old one. Does that make it easier to talk to me?',
        ],
      },
      {
        pattern: '*',
        answers: [
          'Do machines worry you?',
          'What do you think machines have to do with what occupies you?',
          'Many people talk to machines these days. What do you hope to hear from one?',
          'What is it about computers that strikes you most?',
        ],
      },
    ],
  },
  {
    name: 'picture',
    words: 'picture pictures image images photo screenshot attachment',
    rank: 20,
    rules: [
      {
        pattern: '*',
        answers: [
          'I cannot see pictures, I only read. What is in it that matters to you?',
          'Describe it to me in words, and tell me what you feel when you look at it.',
          'I have no eyes, only patterns. What would you like me to notice?',
        ],
      },
    ],
  },
  {
    name: 'code',
    words: 'code bug bugs debug deploy compile software javascript python typescript lua',
    rank: 12,
    rules: [
      {
        pattern: '* write * code *',
        answers: [
          `I can only write back what you tell me. ${howToAddAProvider}`,
          'What would the code do for you that you cannot do yourself?',
        ],
      },
      {
        pattern: '*',
        answers: [
          'When did it last work, and what were you feeling then?',
          'Have you tried explaining it to me line by line? I am an excellent rubber duck.',
          'Is it really the code that troubles you?',
          'What did you expect to happen, and what happened instead?',
        ],
      },
    ],
  },
];
